## إتمام الطلب

ask-delivery = كيف تحب أن تستلم طلبك؟
delivery-button = 🚚 توصيل
pickup-button = 🏬 استلام من المتجر
ask-address = إلى أين نوصله؟ اكتب العنوان كاملًا (الشارع، رقم المبنى، الحي، المدينة) أو أرسل موقعك.
ask-address-short = هذا قصير جدًا كعنوان. اكتب من فضلك الشارع ورقم المبنى والحي والمدينة.
ask-address-long = هذا طويل جدًا كعنوان. اكتب من فضلك 500 حرف على الأكثر.
ask-address-number = لا أرى فيه رقمًا. اكتب من فضلك الشارع ورقم المبنى والحي والمدينة. وإن لم يكن هناك رقم فأرسله مرة أخرى.
pick-address = إلى أين نوصله؟ اختر عنوانًا أو اكتب عنوانًا جديدًا أو أرسل موقعك.
new-address-row = ➕ عنوان آخر
address-row = العنوان { $number }
pin = موقع على الخريطة
ask-payment = كيف تحب أن تدفع؟
pay-cash-button = 💵 عند الاستلام
pay-cash-pickup-button = 💵 في المتجر
pay-transfer-button = 🏦 تحويل بنكي
pay-other = طريقة الدفع هذه غير متاحة هنا. اختر إحدى هذه الطرق أو اكتب *موظف*.
summary = 🧾 *طلبك*
summary-delivery = 🚚 التوصيل إلى: { $address }
summary-pickup = 🏬 الاستلام من: { $address }
summary-pickup-plain = 🏬 الاستلام من المتجر
summary-cash = 💵 الدفع عند الاستلام
summary-cash-pickup = 💵 الدفع في المتجر
summary-transfer = 🏦 الدفع بتحويل بنكي
summary-ask = هل كل شيء صحيح؟
confirm-button = ✅ تأكيد الطلب
confirm-tap = لإرسال الطلب اضغط من فضلك على *{ $button }*.
change-order = ماذا تحب أن تعدّل؟
change-goods-row = 🛒 المنتجات
change-delivery-row = 🚚 التوصيل
change-address-row = 📍 العنوان
change-payment-row = 💵 الدفع
back-to-order-row = ▸ العودة إلى الطلب
not-for-sale-now = لا نستقبل طلبات الآن. يمكنك أن تكتب إلى فريقنا.

## تم الطلب

placed = ✅ *شكرًا لك! استلمنا طلبك رقم { $number }.*
placed-transfer = حوّل من فضلك *{ $total }* خلال { $hours ->
    [zero] أقل من ساعة
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $hours } ساعات
    [many] { $hours } ساعة
   *[other] { $hours } ساعة
} واكتب { $number } في بيان التحويل:
placed-next-delivery = نخبرك هنا عندما يخرج للتوصيل.
placed-next-pickup = نخبرك هنا عندما يصبح جاهزًا.
placed-next-transfer = نخبرك هنا عندما يصل المبلغ.
already-placed = هذه السلة أصبحت الطلب رقم { $number }. هذا وضعه الآن:
