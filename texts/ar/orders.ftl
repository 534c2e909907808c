## الطلبات

orders = 📦 *طلباتك*
orders-none = ليست لديك طلبات بعد.
order = 📦 *الطلب رقم { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = حالة الطلب
orders-button = 📦 طلباتي
order-unknown = لم نجد هذا الطلب.
status-awaiting_payment = ⏳ بانتظار تحويلك
status-placed = 🕐 استلمناه وسيؤكده المتجر
status-accepted = 👍 مؤكد وقيد التجهيز
status-ready = 🏬 جاهز للاستلام
status-shipped = 🚚 في الطريق إليك
status-delivered = ✅ تم التسليم
status-cancelled = ❌ ملغى
payment-paid = 💵 تم الدفع
payment-to_refund = 💵 سنعيد إليك ما دفعته

## أخبار الطلب

told-payment_received = 💵 وصلنا ثمن طلبك رقم { $number }. شكرًا لك!
told-payment_too_late = 💵 وصل ثمن طلبك رقم { $number } بعد إلغاء الطلب. سنعيده إليك.
told-payment_expired = ⌛ ألغينا الطلب رقم { $number } لأن المبلغ لم يصل في الوقت المحدد. إن كنت ما زلت تريده فاطلبه من جديد.
told-accepted_by_shop = 👍 طلبك رقم { $number } مؤكد ونجهّزه الآن.
told-ready_for_pickup = 🏬 طلبك رقم { $number } جاهز. يمكنك أن تأتي لاستلامه.
told-handed_to_carrier = 🚚 طلبك رقم { $number } في الطريق إليك.
told-arrived = ✅ تم تسليم طلبك رقم { $number }. شكرًا لاختيارك لنا!
told-picked_up = ✅ استلمت طلبك رقم { $number }. شكرًا لاختيارك لنا!
told-cancelled_by_shop = ❌ نعتذر، اضطررنا إلى إلغاء طلبك رقم { $number }.
told-cancelled_by_customer = ❌ أُلغي طلبك رقم { $number } كما أردت.
told-refund = سنعيد إليك ما دفعته.
told-why = السبب: { $why }
