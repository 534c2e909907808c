## Gelen öteki mesajlar

no-contact = Paylaştığınız kişi kartını kullanamıyorum.
number-noted = ✅ Numaranızı aldık, teşekkürler.
