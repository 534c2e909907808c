## Arama

find-welcome = Merhaba, hoş geldiniz! Burası { $shop }.
find-welcome-known = Tekrar hoş geldiniz, { $name }!
find-found = “{ $query }” için bulduklarımız:
find-near = “{ $query }” tam olarak yok. En yakınları:
find-near-one = “{ $query }” tam olarak yok. En yakını:
find-nothing = “{ $query }” için bir şey bulamadık.
find-ad = Gördüğünüz ilandan:

## Ürün kartları

cards-ranges = *{ $title }*: { $count } ürün var. Hangilerini görmek istersiniz?
cards-range-row = { $from }–{ $to }
cards-refused = Resimli görünüm şu an açılamadı. Ürünlere listeden bakabilirsiniz.
cards-list-button = Listeyi göster
