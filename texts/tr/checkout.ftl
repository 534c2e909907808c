## Sipariş tamamlama

ask-delivery = Nasıl teslim alırsınız?
delivery-button = 🚚 Adrese teslim
pickup-button = 🏬 Mağazadan alırım
ask-address = Nereye getirelim? Açık adresinizi (sokak, kapı numarası, ilçe, il) yazın ya da konumunuzu gönderin.
ask-address-short = Bu, adres olarak çok kısa. Lütfen sokak, kapı numarası, ilçe ve ili yazın.
ask-address-long = Bu, adres olarak çok uzun. Lütfen en çok 500 karakterle yazın.
ask-address-number = İçinde numara göremedim. Lütfen sokak, kapı numarası, ilçe ve ili yazın. Numarası yoksa bir kez daha gönderin.
pick-address = Nereye getirelim? Seçin, yeni bir adres yazın ya da konumunuzu gönderin.
new-address-row = ➕ Başka bir adres
address-row = Adres { $number }
pin = Konum
ask-payment = Nasıl ödersiniz?
pay-cash-button = 💵 Kapıda ödeme
pay-cash-pickup-button = 💵 Mağazada ödeme
pay-transfer-button = 🏦 Havale / EFT
pay-other = Bu ödeme şekli burada seçilemiyor. Aşağıdakilerden birini seçin ya da *temsilci* yazın.
summary = 🧾 *Siparişiniz*
summary-delivery = 🚚 Teslimat adresi: { $address }
summary-pickup = 🏬 Mağazadan teslim: { $address }
summary-pickup-plain = 🏬 Mağazadan teslim
summary-cash = 💵 Kapıda ödeme
summary-cash-pickup = 💵 Mağazada ödeme
summary-transfer = 🏦 Havale / EFT ile ödeme
summary-ask = Her şey doğru mu?
confirm-button = ✅ Siparişi onayla
confirm-tap = Siparişi vermek için *{ $button }* düğmesine dokunun.
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
