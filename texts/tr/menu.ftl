### Müşterinin Türkçe okuduğu her şey. Düğme başlıkları 20, satır başlıkları 24 karakterdir; uzunlar kesilir.

## Her yere götüren sözcükler

menu-open = Seç
more = Devamı ▸
menu-button = Menü
cart-button = 🛒 Sepet
human-button = 💬 Bize yazın
continue-button = Alışverişe devam
language-row = 🌐 { $language }
languages-row = 🌐 Dil / Language
languages = Hangi dilde konuşalım?

## Karşılama ve menü

greeting = Merhaba, hoş geldiniz! Burası { $shop }. Size ne gösterelim?
greeting-known = Tekrar hoş geldiniz, { $name }! Bugün ne alırdınız?
menu = Buyurun, neye bakmak istersiniz?
menu-instead = Aşağıdan seçebilir ya da bir çalışanımıza yazabilirsiniz.
menu-empty = Şu an satışta ürünümüz yok. Dilerseniz bir çalışanımıza yazabilirsiniz.
menu-goods-products = Ürünler
menu-all-row = Tüm ürünler
menu-goods = Koleksiyonlar
menu-rest = Diğer
menu-catalog-row = 🛍 Kataloğa göz at
menu-catalog-hint = Resimli, kendi sepetiyle
menu-again-title = Geçen seferki
menu-again-hint = Son siparişiniz, bugünkü fiyatlarla
menu-cart-title = Sepetiniz
menu-cart-row = 🛒 Sepete git
menu-cart-hint = { $pieces } ürün, { $total }
menu-orders-row = 📦 Siparişlerim
menu-orders-hint = Siparişleriniz ne durumda
menu-human-row = 💬 Bize yazın
menu-human-hint = Bir çalışanımız buradan yanıt verir
menu-notices-row = 🔔 Haberleri aç
catalog = Gezin, beğendiklerinizi sepete koyup buraya gönderin: gerisi bizde.
