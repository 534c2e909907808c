## المجموعات والمنتجات

collection = *{ $title }*
    اختر منتجًا.
collection-empty = *{ $title }*: لا شيء معروض للبيع هنا الآن.
collection-view-row = 🛍 عرض بالصور
collection-view-hint = كبطاقات منتجات
collection-view = اضغط على منتج لتراه وضعه في السلة ثم أرسل السلة إلى هنا.
from-price = ابتداءً من { $price }
row-price = { $price }
row-sale = { $price } بدلًا من { $before }
row-sold-out = { $price } · نفدت الكمية
variants = *{ $title }*
    { $description }

    أيّها تريد؟
product = *{ $title }*
    { $price }
    { $stock }

    { $description }
product-sale = { $price } بدلًا من ~{ $before }~
stock-many = ✅ متوفر
stock-few = { $count ->
    [zero] ⚡ نفدت الكمية
    [one] ⚡ آخر قطعة
    [two] ⚡ بقيت قطعتان فقط
    [few] ⚡ بقيت { $count } قطع فقط
    [many] ⚡ بقيت { $count } قطعة فقط
   *[other] ⚡ بقيت { $count } قطعة فقط
}
stock-none = ❌ نفدت الكمية
add-button = أضف إلى السلة
buy-button = اشترِ الآن
number-footer = كم قطعة تريد؟ يمكنك أن تكتب العدد.
product-gone = هذا المنتج لم يعد معروضًا للبيع.
