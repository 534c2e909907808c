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
