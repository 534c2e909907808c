### Müşterinin Türkçe okuduğu her şey. Düğme başlıkları 20, satır başlıkları 24 karakterdir; uzunlar kesilir.

## Her yere götüren sözcükler

menu-open = Seç
more = Devamı ▸
menu-button = Menü
cart-button = 🛒 Sepet
help-button = Yardım
human-button = Birine bağlan
continue-button = Alışverişe devam
language-row = English

## Karşılama ve menü

greeting = { $shop } mağazasına hoş geldiniz! Size ne gösterelim?
greeting-known = Tekrar hoş geldiniz, { $name }! Bugün ne alırdınız?
menu = { $shop } mağazasında neler var, buyurun.
menu-empty = { $shop } raflarını henüz doldurmadı. Dilerseniz bir çalışan yardımcı olsun.
menu-goods-products = Ürünler
menu-all-row = Tüm ürünler
menu-goods = Koleksiyonlar
menu-rest = Diğer
menu-catalog-row = 🛍 Kataloğa göz at
menu-catalog-hint = Resimli, kendi sepetiyle
menu-cart-row = 🛒 Sepet
menu-cart-hint = { $pieces ->
    [one] { $pieces } parça, { $total }
   *[other] { $pieces } parça, { $total }
}
menu-orders-row = 📦 Siparişlerim
menu-orders-hint = Ne durumdalar
menu-human-row = 💬 Birine bağlan
menu-human-hint = Buradan yanıt veririz
menu-notices-row = 🔔 Haberleri aç
catalog = Gezin, beğendiklerinizi sepete koyup buraya gönderin: gerisi bizde.

## Koleksiyonlar ve ürünler

collection = *{ $title }*
    Bir ürün seçin.
collection-empty = *{ $title }* koleksiyonunda şu an satışta ürün yok.
collection-view-row = 🛍 Resimli göster
collection-view-hint = Ürün kartlarıyla
collection-view = Bir ürüne dokunup inceleyin, sepete koyup sepeti buraya gönderin.
from-price = { $price } fiyatından başlar
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
    [one] ⚡ Son bir tane
   *[other] ⚡ Son { $count } adet
}
stock-none = ❌ Tükendi
add-button = Sepete ekle
buy-button = Hemen al
product-gone = Bu ürün artık satışta değil. Olanlar şöyle:

## Sepet

cart = 🛒 *Sepetiniz*
cart-line = { $quantity } × { $title } = { $total }
cart-more-lines = { $count ->
    [one] … ve bir satır daha
   *[other] … ve { $count } satır daha
}
cart-total = *Toplam: { $total }*
cart-note = Notunuz: { $note }
cart-aside = Sepete giremeyenler:
aside-unknown = • { $sku }: böyle bir ürünümüz yok
aside-sold_out = • { $title }: tükendi (istediğiniz: { $quantity })
aside-short = • { $title }: { $quantity } adet eksik, daha fazlası yok
aside-withdrawn = • { $title }: artık satışta değil
aside-bad_quantity = • { $title }: { $quantity } adet satılamaz
cart-empty = Sepetiniz boş. Size ne gösterelim?
cart-nothing-left = Bu sepetten şu an alınabilecek bir şey yok.
cart-added = Eklendi: { $quantity } × { $title }
cart-replaced = Yeni sepetiniz eskisinin yerine geçti.
cart-cleared = Sepetiniz boşaltıldı.
cart-removed = Çıkarıldı: { $title }
cart-most = { $title } ürününden şu an en çok { $count } adet alabilirsiniz.
cart-prices-moved = Fiyatlar değişti: toplam { $before } idi, şimdi { $after }.
cart-stock-moved = Bu arada başkası daha hızlı davrandı: sepetinizi değiştirmemiz gerekti.
cart-stale = O eski bir mesajdı. Sepetinizin şimdiki hali:
checkout-button = Siparişi tamamla
change-button = Değiştir
cart-lines-title = Sepettekiler
change-cart = Hangi satırı değiştirelim?
change-line = *{ $title }*
    { $quantity } × { $price } = { $total }

    Başka bir adet için sayı yazın.
change-line-hint = { $quantity } × { $price }
plus-button = Bir artır
minus-button = Bir azalt
remove-button = Çıkar
clear-row = 🗑 Sepeti boşalt
back-row = ◂ Sepete dön
quantity-wrong = Lütfen 1 ile 99 arasında bir sayı yazın.

## Sipariş tamamlama

ask-delivery = Nasıl teslim alırsınız?
delivery-button = 🚚 Adrese teslim
pickup-button = 🏬 Mağazadan alırım
ask-address = Nereye getirelim? Lütfen adresi sokak, kapı numarası, ilçe ve ille birlikte yazın ya da konumunuzu gönderin.
ask-address-short = Bu bir adres için çok kısa. Lütfen sokak, kapı numarası, ilçe ve ili yazın.
ask-address-long = Bu bir adres için çok uzun: en çok 500 karakter.
pick-address = Nereye getirelim?
pick-address-open = Adresler
new-address-row = ➕ Başka bir adres
address-row = Adres { $number }
pin = Konum
ask-payment = Nasıl ödersiniz?
pay-cash-button = 💵 Kapıda ödeme
pay-cash-pickup-button = 💵 Mağazada ödeme
pay-transfer-button = 🏦 Havale / EFT
summary = 🧾 *Siparişiniz*
summary-delivery = 🚚 Teslimat adresi: { $address }
summary-pickup = 🏬 Teslim alınacak yer: { $address }
summary-pickup-plain = 🏬 Mağazadan alacaksınız
summary-cash = 💵 Kapıda ödeyeceksiniz
summary-cash-pickup = 💵 Mağazada ödeyeceksiniz
summary-transfer = 🏦 Havale / EFT ile ödeyeceksiniz
summary-ask = Her şey doğru mu?
confirm-button = ✅ Siparişi onayla
change-order-row = Neyi değiştirelim?
change-goods-row = 🛒 Ürünler
change-delivery-row = 🚚 Teslimat
change-address-row = 📍 Adres
change-payment-row = 💵 Ödeme
not-for-sale-now = Mağaza şu an sipariş almıyor. Dilerseniz bir çalışan yardımcı olsun.

## Sipariş alındı

placed = ✅ *Teşekkürler! { $number } numaralı siparişiniz alındı.*
placed-transfer = Lütfen { $hours ->
    [one] { $hours } saat
   *[other] { $hours } saat
} içinde *{ $total }* gönderin ve açıklamaya { $number } yazın:
placed-next-cash = Yola çıkınca buradan haber veririz.
placed-next-pickup = Hazır olunca buradan haber veririz.
already-placed = Bu sepet zaten { $number } numaralı sipariş oldu. Bir kez verildi.
cart-gone = O sepet artık yok.

## Siparişler

orders = 📦 *Siparişleriniz*
orders-open = Siparişler
orders-none = Henüz siparişiniz yok.
order = 📦 *Sipariş { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = Sipariş durumu
orders-button = Siparişlerim
order-unknown = Bu siparişi bulamadık.
status-awaiting_payment = ⏳ Havaleniz bekleniyor
status-placed = 🕐 Alındı, mağaza onaylayacak
status-accepted = 👍 Onaylandı, hazırlanıyor
status-ready = 🏬 Teslim alınabilir
status-shipped = 🚚 Yolda
status-delivered = ✅ Teslim edildi
status-cancelled = ❌ İptal edildi
payment-paid = 💵 Ödendi
payment-to_refund = 💵 Ödemenizi geri göndereceğiz

## Siparişten haberler

told-payment_received = 💵 { $number } numaralı siparişinizin ödemesi ulaştı. Teşekkürler!
told-payment_too_late = 💵 { $number } numaralı siparişin ödemesi, sipariş iptal edildikten sonra ulaştı. Geri göndereceğiz.
told-payment_expired = ⌛ { $number } numaralı sipariş, ödeme süresinde ulaşmadığı için iptal edildi. Hâlâ istiyorsanız yeniden sipariş verin.
told-accepted_by_shop = 👍 Mağaza { $number } numaralı siparişinizi onayladı, hazırlıyor.
told-ready_for_pickup = 🏬 { $number } numaralı siparişiniz hazır. Gelip alabilirsiniz.
told-handed_to_carrier = 🚚 { $number } numaralı siparişiniz yola çıktı.
told-arrived = ✅ { $number } numaralı siparişiniz teslim edildi. Afiyet olsun!
told-picked_up = ✅ { $number } numaralı siparişinizi teslim aldınız. Afiyet olsun!
told-cancelled_by_shop = ❌ Mağaza { $number } numaralı siparişinizi iptal etmek zorunda kaldı.
told-cancelled_by_customer = ❌ { $number } numaralı siparişiniz isteğinizle iptal edildi.
told-refund = Ödediğiniz tutar geri gönderilecek.
told-why = Nedeni: { $why }

## İnsanlar ve sözcükler

human = 💬 Buradan bir çalışan yanıt verecek. Dilediğinizi yazın; mağaza menüsü siz çağırana dek bekler.
human-back-button = Mağazaya dön
human-back = Tekrar hoş geldiniz! Size ne gösterelim?
person-released = Sizi yeniden asistanımıza bırakıyoruz. Ne yapmak istersiniz?
help = Her zaman yazabilirsiniz:
    • *menü*: neler var
    • *sepet*: seçtikleriniz
    • *siparişlerim*: siparişleriniz nerede
    • *geri*: bir adım geri
    • *temsilci*: bir çalışan yanıt verir
    • *dur*: haber almayı bırak
stopped = Artık bizden haber almayacaksınız. Siparişlerinizle ilgili yine yazarız. Yeniden haber almak için *başla* yazın.
started = Haberlerimizi yeniden alacaksınız.
ask-stop = Neyi durduralım?
stop-notices-button = 🔕 Haberleri
not-understood = Bunu anlayamadım. Gösterebileceklerim şunlar:
no-media = Resim, dosya ya da sesli mesajlara bakamıyorum. Bir çalışan bakabilir ya da buradan seçebilirsiniz.
nothing-to-cancel = Açık bir işlem yok.
left-step = Peki. Sepetiniz yerinde duruyor.
language-changed = Artık Türkçe konuşuyoruz.
