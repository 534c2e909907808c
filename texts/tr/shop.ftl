### Müşterinin Türkçe okuduğu her şey. Düğme başlıkları 20, satır başlıkları 24 karakterdir; uzunlar kesilir.

## Her yere götüren sözcükler

menu-open = Seç
more = Devamı ▸
menu-button = Menü
cart-button = 🛒 Sepet
human-button = 💬 Bize yazın
continue-button = Alışverişe devam
language-row = 🌐 English

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
menu-cart-title = Sepetiniz
menu-cart-row = 🛒 Sepete git
menu-cart-hint = { $pieces } ürün, { $total }
menu-orders-row = 📦 Siparişlerim
menu-orders-hint = Siparişleriniz ne durumda
menu-human-row = 💬 Bize yazın
menu-human-hint = Bir çalışanımız buradan yanıt verir
menu-notices-row = 🔔 Haberleri aç
catalog = Gezin, beğendiklerinizi sepete koyup buraya gönderin: gerisi bizde.

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

## Sepet

cart = 🛒 *Sepetiniz*
cart-line = { $quantity } × { $title } = { $total }
cart-more-lines = { $count ->
    [one] … ve { $count } satır daha
   *[other] … ve { $count } satır daha
}
cart-total = *Toplam: { $total }*
cart-note = Notunuz: { $note }
cart-aside = Sepete giremeyenler:
aside-unknown = • { $sku }: böyle bir ürünümüz yok
aside-sold_out = • { $title }: tükendi (istediğiniz: { $quantity })
aside-short = • { $title }: { $quantity } adet eksik, stokta daha fazlası yok
aside-withdrawn = • { $title }: artık satışta değil
aside-bad_quantity = • { $title }: bu adet olmuyor, 1 ile 99 arasında alabilirsiniz
cart-empty = Sepetiniz boş. Size ne gösterelim?
cart-nothing-left = Maalesef gönderdiğiniz sepetten şu an alınabilecek bir şey yok.
cart-added = ✅ Sepete eklendi: { $title }
cart-set = ✅ Sepetinizde: { $quantity } × { $title }
cart-replaced = Yeni sepetiniz öncekinin yerine geçti.
cart-cleared = Sepetiniz boşaltıldı.
cart-removed = Çıkarıldı: { $title }
cart-most = { $title }: şu an en çok { $count } adet alabilirsiniz.
cart-sold-out = Maalesef tükendi: { $title }
cart-prices-moved = Fiyatlar değişti: toplam { $before } idi, şimdi { $after }.
cart-stock-moved = Stok değişti, sepetinizi buna göre güncelledik.
cart-stale = Dokunduğunuz mesaj eskimiş. Güncel durum şöyle:
checkout-button = Siparişi tamamla
change-button = Değiştir
cart-lines-title = Sepettekiler
change-cart = Hangisini değiştirelim?
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
ask-address = Nereye getirelim? Açık adresinizi (sokak, kapı numarası, ilçe, il) yazın ya da konumunuzu gönderin.
ask-address-short = Bu, adres olarak çok kısa. Lütfen sokak, kapı numarası, ilçe ve ili yazın.
ask-address-long = Bu, adres olarak çok uzun. Lütfen en çok 500 karakterle yazın.
pick-address = Nereye getirelim? Seçin, yeni bir adres yazın ya da konumunuzu gönderin.
new-address-row = ➕ Başka bir adres
address-row = Adres { $number }
pin = Konum
ask-payment = Nasıl ödersiniz?
pay-cash-button = 💵 Kapıda ödeme
pay-cash-pickup-button = 💵 Mağazada ödeme
pay-transfer-button = 🏦 Havale / EFT
summary = 🧾 *Siparişiniz*
summary-delivery = 🚚 Teslimat adresi: { $address }
summary-pickup = 🏬 Mağazadan teslim: { $address }
summary-pickup-plain = 🏬 Mağazadan teslim
summary-cash = 💵 Kapıda ödeme
summary-cash-pickup = 💵 Mağazada ödeme
summary-transfer = 🏦 Havale / EFT ile ödeme
summary-ask = Her şey doğru mu?
confirm-button = ✅ Siparişi onayla
change-order = Neyi değiştirelim?
change-goods-row = 🛒 Ürünler
change-delivery-row = 🚚 Teslimat
change-address-row = 📍 Adres
change-payment-row = 💵 Ödeme
back-to-order-row = ◂ Siparişe dön
not-for-sale-now = Şu an sipariş alamıyoruz. Dilerseniz bir çalışanımıza yazabilirsiniz.

## Sipariş alındı

placed = ✅ *Teşekkürler! { $number } numaralı siparişiniz alındı.*
placed-transfer = Lütfen { $hours ->
    [one] { $hours } saat
   *[other] { $hours } saat
} içinde *{ $total }* gönderin ve açıklamaya { $number } yazın:
placed-next-delivery = Yola çıkınca buradan haber veririz.
placed-next-pickup = Hazır olunca buradan haber veririz.
placed-next-transfer = Ödemeniz ulaşınca buradan haber veririz.
already-placed = Bu sepet { $number } numaralı sipariş oldu bile. Güncel durum şöyle:

## Siparişler

orders = 📦 *Siparişleriniz*
orders-none = Henüz siparişiniz yok.
order = 📦 *Sipariş { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = Sipariş durumu
orders-button = 📦 Siparişlerim
order-unknown = Bu siparişi bulamadık.
status-awaiting_payment = ⏳ Havaleniz bekleniyor
status-placed = 🕐 Alındı, mağazanın onayı bekleniyor
status-accepted = 👍 Onaylandı, hazırlanıyor
status-ready = 🏬 Teslim alabilirsiniz
status-shipped = 🚚 Yolda
status-delivered = ✅ Teslim edildi
status-cancelled = ❌ İptal edildi
payment-paid = 💵 Ödendi
payment-to_refund = 💵 Ödemenizi geri göndereceğiz

## Siparişten haberler

told-payment_received = 💵 { $number } numaralı siparişinizin ödemesi ulaştı. Teşekkürler!
told-payment_too_late = 💵 { $number } numaralı siparişin ödemesi, sipariş iptal edildikten sonra ulaştı. Geri göndereceğiz.
told-payment_expired = ⌛ { $number } numaralı siparişi, ödemesi zamanında ulaşmadığı için iptal ettik. Hâlâ istiyorsanız yeniden sipariş verebilirsiniz.
told-accepted_by_shop = 👍 { $number } numaralı siparişiniz onaylandı, hazırlanıyor.
told-ready_for_pickup = 🏬 { $number } numaralı siparişiniz hazır. Gelip alabilirsiniz.
told-handed_to_carrier = 🚚 { $number } numaralı siparişiniz yola çıktı.
told-arrived = ✅ { $number } numaralı siparişiniz teslim edildi. Bizi seçtiğiniz için teşekkürler!
told-picked_up = ✅ { $number } numaralı siparişinizi teslim aldınız. Bizi seçtiğiniz için teşekkürler!
told-cancelled_by_shop = ❌ { $number } numaralı siparişinizi maalesef iptal etmek zorunda kaldık.
told-cancelled_by_customer = ❌ { $number } numaralı siparişiniz isteğiniz üzerine iptal edildi.
told-refund = Ödediğiniz tutarı geri göndereceğiz.
told-why = Nedeni: { $why }

## İnsanlar ve sözcükler

human = 💬 Bir çalışanımız buradan yanıt verecek, sorunuzu yazabilirsiniz. Alışverişe dönmek isterseniz düğmeye dokunun.
human-back-button = Mağazaya dön
human-back = Tekrar hoş geldiniz! Size ne gösterelim?
help = Her zaman yazabilirsiniz:
    • *menü*: neler var
    • *sepet*: seçtikleriniz
    • *siparişlerim*: siparişleriniz nerede
    • *geri*: bir adım geri
    • *temsilci*: bir çalışanımız yanıt verir
    • *dur*: haber almayı bırak
thanks = Rica ederiz! 😊 Başka bir isteğiniz olursa *menü* yazmanız yeterli.
stopped = Artık size haber göndermeyeceğiz; yalnızca siparişlerinizle ilgili yazarız. Yeniden haber almak için *başla* yazın.
started = Haberlerimizi yeniden alacaksınız.
ask-cancel = Yarım kalmış bir işlem yok. Neyle ilgiliydi?
stop-notices-button = 🔕 Haberleri durdur
not-understood = Bunu anlayamadım.
please-tap = Lütfen düğmelerden birine dokunun.
no-media = Resim, dosya ve sesli mesajları anlayamıyorum.
left-step = Peki. Sepetiniz yerinde duruyor.
left-step-empty = Peki. Size başka ne gösterelim?
language-changed = Artık Türkçe konuşuyoruz. Size ne gösterelim?
