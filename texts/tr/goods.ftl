## Koleksiyonlar ve ürünler

collection = *{ $title }*
    Bir ürün seçin.
collection-empty = *{ $title }*: burada şu an satışta ürün yok.
collection-view-row = 🛍 Resimli göster
collection-view-hint = Ürün kartlarıyla
collection-view = Bir ürüne dokunup inceleyin, sepete koyup sepeti buraya gönderin.
from-price = { $price } ve üzeri
row-price = { $price }
row-sale = { $before } yerine { $price }
row-sold-out = { $price } · tükendi
variants = *{ $title }*
    { $description }

    Hangisini istersiniz?
product = *{ $title }*
    { $price }
    { $stock }

    { $description }
product-sale = ~{ $before }~ yerine { $price }
stock-many = ✅ Stokta
stock-few = { $count ->
    [one] ⚡ Son { $count } adet
   *[other] ⚡ Son { $count } adet
}
stock-none = ❌ Tükendi
add-button = Sepete ekle
buy-button = Hemen al
number-footer = Kaç adet olsun? Sayı yazabilirsiniz.
product-gone = Bu ürün artık satışta değil.
