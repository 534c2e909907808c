## Satış koşulları

terms-accept = 📄 Onayladığınızda satış koşullarımızı kabul etmiş olursunuz.
terms-accept-link = 📄 Onayladığınızda satış koşullarımızı kabul etmiş olursunuz: { $url }
terms-button = 📄 Koşulları oku
terms-head = 📄 *Satış koşulları*
terms-whole = Tamamı: { $url }
terms-moved = Satış koşullarımız az önce değişti. Lütfen siparişinizi yeniden onaylayın.
