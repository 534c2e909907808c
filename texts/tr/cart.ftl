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
aside-foreign = • { $sku }: bizim kataloğumuzdan değil
cart-empty = Sepetiniz boş. Size ne gösterelim?
cart-nothing-left = Maalesef bu sepetten şu an alınabilecek bir şey yok.
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
restore-button = ↩ Geri getir
restore-row = ↩ Önceki sepetiniz
cart-restored = Sepetinizi geri getirdik.
cart-lapsed = Önceki sepetiniz uzun süredir beklediği için kapandı; *geri getir* yazarsanız geri gelir.
add-note-row = 📝 Not ekle
cart-note-row = 📝 Notu değiştir
remove-note-button = Notu sil
ask-cart-note = Sepetiniz için bir not yazın: hediye paketi, kapı kodu, ne isterseniz.
ask-other-note = Notunuz: { $note }

    Yenisini yazabilir ya da silebilirsiniz.
note-kept = 📝 Notunuzu aldık.
note-removed = Notunuzu sildik.
note-cut = Notunuz uzundu, ilk { $count } karakterini aldık.
quantity-wrong = Lütfen 1 ile 99 arasında bir sayı yazın.
