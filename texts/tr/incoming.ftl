## Başka yerden gelen sepetler

cart-foreign = Bu sepet bizim kataloğumuzdan değil.
cart-other-currency = Sepetinizdeki fiyatlar { $other } idi. Biz { $ours } ile satıyoruz, geçerli fiyatlar şöyle:
both-old = 🛒 *Sepetiniz*
both-new = 🆕 *Yeni gelen*
both-ask = Sepetinizde zaten ürün var. Ne yapalım?
both-replace-button = Yenisi kalsın
both-add-button = İkisini birleştir
both-keep-button = Eskisi kalsın
both-added = İkisini birleştirdik.
both-kept = Peki, önceki sepetiniz duruyor.
again = 🔁 { $number } numaralı siparişinizin aynısı

## Yerine önerilenler

instead = 💡 Benzer ürünler ve diğer seçenekler için *{ $open }* düğmesine dokunun.
instead-title = Benzer ürünler
instead-rest-title = Seçenekler
