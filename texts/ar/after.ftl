## بعد الطلب

order-title = هذا الطلب
orders-row = 📦 طلباتي
receipt-row = 🧾 الإيصال
order-address-row = 📍 تغيير العنوان
cancel-order-row = ❌ إلغاء الطلب
order-again-row = 🔁 الطلب نفسه مجددًا
order-talk-row = 💬 اسأل عن هذا الطلب
next-placed = نخبرك هنا فور تأكيده.
next-ready = يكفي أن تذكر رقم طلبك عند الاستلام.
next-shipped = نخبرك هنا عند تسليمه.
next-delivered = إن كان هناك أي خطأ فاكتب إلينا وسنهتم به.
transfer-proof = شكرًا، سنتحقق من تحويلك. سنخبرك هنا فور وصول دفعة الطلب *{ $number }*.
order-said = اختر ما تريده بخصوص هذا الطلب أو اكتب إلى فريقنا.

## الإلغاء

cancel-ask = هل نلغي طلبك رقم { $number } بقيمة *{ $total }*؟
cancel-transfer = إن كنت قد أرسلت التحويل فسنعيده إليك عند وصوله.
cancel-yes-button = نعم، ألغِه
cancel-no-button = لا، أبقِه
cancel-order-button = ❌ إلغاء الطلب
cancel-already = هذا الطلب ملغى من قبل.
cancel-too-late = لم يعد من الممكن إلغاء طلبك رقم { $number } من هنا ({ $status }). يمكن لأحد أفراد فريقنا مساعدتك.
cancel-title = يمكن إلغاؤها
ask-cancel-one = هل تريد إلغاء طلبك رقم { $number }؟
ask-cancel-which = ماذا تريد أن تلغي؟

## عنوان آخر

ask-order-address = إلى أين نوصل الطلب رقم { $number }؟ اكتب العنوان كاملًا (الشارع، رقم المبنى، الحي، المدينة) أو أرسل موقعك.
pick-order-address = إلى أين نوصل الطلب رقم { $number }؟ اختر عنوانًا أو اكتب عنوانًا جديدًا أو أرسل موقعك.
keep-address-button = أبقِ العنوان
address-changed = حسنًا، سيصل طلبك رقم { $number } إلى هذا العنوان:
    🚚 { $address }
address-same = طلبك رقم { $number } متجه أصلًا إلى هذا العنوان:
    🚚 { $address }
address-too-late = لم يعد من الممكن تغيير عنوان الطلب رقم { $number } من هنا ({ $status }). يمكن لأحد أفراد فريقنا مساعدتك.

## الإيصال

receipt = 🧾 *{ $shop }*
    الطلب رقم { $number } · { $date }
receipt-part = 🧾 الطلب رقم { $number }، ابتداءً من السطر { $from }
receipt-line = { $quantity } × { $title } بسعر { $price } = { $total }
receipt-delivery = التوصيل: { $amount }
receipt-tax = الضريبة: { $amount }
receipt-discount = الخصم: −{ $amount }

## يجيبك إنسان

human-order = 💬 سيجيبك هنا أحد أفراد فريقنا بخصوص طلبك رقم { $number }، اكتب موضوعك من الآن. للعودة إلى التسوق اضغط الزر.
resume = شكرًا لحديثك معنا! يمكنك المتابعة من هنا.
untold = في هذه الأثناء، طلباتك:
untold-line = 📦 { $number }: { $status }
repeated = إن لم تجد ما تبحث عنه فاكتب *موظف* ليساعدك أحد أفراد فريقنا.
stuck = يبدو أننا لا نفهم بعضنا. هل تريد أن يساعدك أحد أفراد فريقنا؟ يمكنك أيضًا أن تتابع من حيث كنت.
stuck-called = أبلغنا أحد أفراد فريقنا وسيجيبك هنا. للعودة إلى التسوق اضغط الزر.
