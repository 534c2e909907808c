## السلة

cart = 🛒 *سلتك*
cart-line = { $quantity } × { $title } = { $total }
cart-more-lines = { $count ->
    [zero] … ولا أصناف أخرى
    [one] … وصنف واحد آخر
    [two] … وصنفان آخران
    [few] … و{ $count } أصناف أخرى
    [many] … و{ $count } صنفًا آخر
   *[other] … و{ $count } صنف آخر
}
cart-total = *المجموع: { $total }*
cart-note = ملاحظتك: { $note }
cart-aside = لم يدخل السلة:
aside-unknown = • { $sku }: هذا المنتج غير موجود لدينا
aside-sold_out = • { $title }: نفدت الكمية (طلبت { $quantity })
aside-short = • { $title }: أقل بمقدار { $quantity }، لم يبق أكثر من ذلك
aside-withdrawn = • { $title }: لم يعد معروضًا للبيع
aside-bad_quantity = • { $title }: هذه الكمية غير ممكنة، يمكنك طلب 1 إلى 99
aside-foreign = • { $sku }: ليس من قائمة منتجاتنا
cart-empty = سلتك فارغة. ماذا تحب أن نعرض لك؟
cart-nothing-left = نعتذر، لا شيء من هذه السلة متوفر الآن.
cart-added = ✅ أُضيف إلى سلتك: { $title }
cart-set = ✅ في سلتك: { $quantity } × { $title }
cart-replaced = حلّت سلتك الجديدة محل السابقة.
cart-cleared = أفرغنا سلتك.
cart-removed = أُزيل من السلة: { $title }
cart-most = { $title }: أقصى ما يمكنك طلبه الآن { $count ->
    [zero] لا شيء
    [one] قطعة واحدة
    [two] قطعتان
    [few] { $count } قطع
    [many] { $count } قطعة
   *[other] { $count } قطعة
}.
cart-sold-out = نعتذر، نفدت الكمية: { $title }
cart-prices-moved = تغيّرت الأسعار: كان المجموع { $before } وأصبح { $after }.
cart-stock-moved = تغيّرت الكميات المتوفرة فحدّثنا سلتك.
cart-stale = ضغطت على رسالة قديمة. هذا هو الوضع الآن:
checkout-button = إتمام الطلب
change-button = تعديل
cart-lines-title = في السلة
change-cart = ماذا تحب أن تعدّل؟
change-line = *{ $title }*
    { $quantity } × { $price } = { $total }

    لكمية أخرى اكتب العدد.
change-line-hint = { $quantity } × { $price }
plus-button = زيادة واحدة
minus-button = إنقاص واحدة
remove-button = إزالة
clear-row = 🗑 إفراغ السلة
back-row = ▸ العودة إلى السلة
restore-button = ↩ استرجاع
restore-row = ↩ سلتك السابقة
cart-restored = أعدنا لك سلتك.
cart-lapsed = أُغلقت سلتك السابقة لأنها انتظرت طويلًا؛ اكتب *استرجاع* لتعود.
add-note-row = 📝 إضافة ملاحظة
cart-note-row = 📝 تعديل الملاحظة
remove-note-button = حذف الملاحظة
ask-cart-note = اكتب ملاحظة لسلتك: تغليف هدية أو رمز الباب أو ما تريد أن نعرفه.
ask-other-note = ملاحظتك: { $note }

    اكتب ملاحظة أخرى أو احذفها.
note-kept = 📝 سجّلنا ملاحظتك.
note-removed = حذفنا ملاحظتك.
note-cut = كانت ملاحظتك طويلة، فاحتفظنا بأول { $count } حرف.
quantity-wrong = اكتب من فضلك عددًا من 1 إلى 99.
