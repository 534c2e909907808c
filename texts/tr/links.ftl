## Bağlantılar

link-words-product = Merhaba! { $title } için yazıyorum.
link-words-cart = Merhaba! Hazırladığınız sepeti açar mısınız?
link-over = Bu bağlantının süresi doldu. Dilerseniz aşağıdan seçin.
link-unknown = Bu bağlantı artık bir şey açmıyor. Dilerseniz aşağıdan seçin.
