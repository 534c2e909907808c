### ما يقرؤه الزبائن بالعربية. عناوين الأزرار 20 حرفًا والصفوف 24، وما زاد يُقص.

## كلمات تقود إلى كل مكان

menu-open = اختر
more = المزيد ◂
menu-button = القائمة
cart-button = 🛒 السلة
human-button = 💬 راسلنا
continue-button = متابعة التسوق
language-row = 🌐 { $language }
languages-row = 🌐 اللغة / Language
languages = بأي لغة نتحدث معك؟

## الترحيب والقائمة

greeting = أهلًا بك في { $shop }! ماذا تحب أن نعرض لك؟
greeting-known = أهلًا بعودتك يا { $name }! ماذا تحب اليوم؟
menu = ماذا تحب أن ترى؟
menu-instead = اختر من الأسفل أو اكتب إلى فريقنا.
menu-empty = لا شيء معروض للبيع الآن. يمكنك أن تكتب إلى فريقنا.
menu-goods-products = المنتجات
menu-all-row = كل المنتجات
menu-goods = المجموعات
menu-rest = المزيد
menu-catalog-row = 🛍 تصفّح الكتالوج
menu-catalog-hint = بالصور وله سلة خاصة
menu-again-title = كالمرة السابقة
menu-again-hint = طلبك الأخير بأسعار اليوم
menu-cart-title = سلتك
menu-cart-row = 🛒 إلى السلة
menu-cart-hint = { $pieces ->
    [zero] لا قطع، { $total }
    [one] قطعة واحدة، { $total }
    [two] قطعتان، { $total }
    [few] { $pieces } قطع، { $total }
    [many] { $pieces } قطعة، { $total }
   *[other] { $pieces } قطعة، { $total }
}
menu-orders-row = 📦 طلباتي
menu-orders-hint = أين وصلت
menu-human-row = 💬 راسلنا
menu-human-hint = يجيبك هنا أحد أفراد فريقنا
menu-notices-row = 🔔 تلقّي الأخبار مجددًا
catalog = تصفّح وضع في السلة ما يعجبك ثم أرسلها إلى هنا، والباقي علينا.
