## Siparişten sonra

order-title = Bu sipariş
orders-row = 📦 Siparişlerim
receipt-row = 🧾 Sipariş dökümü
order-address-row = 📍 Adresi değiştir
cancel-order-row = ❌ Siparişi iptal et
order-again-row = 🔁 Aynısını sipariş et
order-talk-row = 💬 Bu sipariş için yazın
next-placed = Onaylanınca buradan haber veririz.
next-ready = Gelirken sipariş numaranızı söylemeniz yeterli.
next-shipped = Teslim edilince buradan haber veririz.
next-delivered = Bir sorun varsa bize yazın, hemen ilgilenelim.
transfer-proof = Teşekkürler, havalenizi kontrol ediyoruz. *{ $number }* numaralı siparişinizin ödemesi ulaşınca buradan haber veririz.
order-said = Bu siparişle ilgili aşağıdan seçebilir ya da bir çalışanımıza yazabilirsiniz.

## İptal

cancel-ask = *{ $total }* tutarındaki { $number } numaralı siparişinizi iptal edelim mi?
cancel-transfer = Havale gönderdiyseniz, ulaşınca geri göndeririz.
cancel-yes-button = Evet, iptal et
cancel-no-button = Hayır, kalsın
cancel-order-button = ❌ Siparişi iptal et
cancel-already = Bu sipariş zaten iptal edilmiş.
cancel-too-late = { $number } numaralı siparişiniz artık buradan iptal edilemiyor ({ $status }). Bir çalışanımız size yardımcı olabilir.
cancel-title = İptal edilebilenler
ask-cancel-one = { $number } numaralı siparişinizi mi iptal etmek istiyorsunuz?
ask-cancel-which = Neyi iptal etmek istersiniz?

## Başka bir adres

ask-order-address = { $number } numaralı siparişi nereye getirelim? Açık adresi (sokak, kapı numarası, ilçe, il) yazın ya da konumunuzu gönderin.
pick-order-address = { $number } numaralı siparişi nereye getirelim? Seçin, yeni bir adres yazın ya da konumunuzu gönderin.
keep-address-button = Adres aynı kalsın
address-changed = Tamam, { $number } numaralı siparişiniz artık şu adrese gelecek:
    🚚 { $address }
address-same = { $number } numaralı siparişiniz zaten bu adrese gelecek:
    🚚 { $address }
address-too-late = { $number } numaralı siparişin adresi artık buradan değiştirilemiyor ({ $status }). Bir çalışanımız size yardımcı olabilir.

## Döküm

receipt = 🧾 *{ $shop }*
    Sipariş { $number } · { $date }
receipt-part = 🧾 Sipariş { $number }, { $from }. satırdan itibaren
receipt-line = { $quantity } × { $title }, tanesi { $price } = { $total }
receipt-delivery = Teslimat: { $amount }
receipt-tax = Vergi: { $amount }
receipt-discount = İndirim: −{ $amount }

## Bir çalışan yanıt verir

human-order = 💬 { $number } numaralı siparişinizle ilgili bir çalışanımız buradan yanıt verecek, sorunuzu yazabilirsiniz. Alışverişe dönmek isterseniz düğmeye dokunun.
resume = Görüştüğümüz için teşekkürler! Buradan devam edebilirsiniz.
untold = Bu arada siparişleriniz:
untold-line = 📦 { $number }: { $status }
repeated = Aradığınızı bulamadıysanız *temsilci* yazın, bir çalışanımız yardımcı olsun.
stuck = Galiba birbirimizi anlayamadık. Bir çalışanımız yardımcı olsun mu? Dilerseniz kaldığınız yerden de devam edebilirsiniz.
stuck-called = Bir çalışanımıza haber verdik, buradan yanıt verecek. Alışverişe dönmek isterseniz düğmeye dokunun.
