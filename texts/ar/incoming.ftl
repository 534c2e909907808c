## سلال من مكان آخر

cart-foreign = هذه السلة ليست من قائمة منتجاتنا.
cart-other-currency = كانت أسعار سلتك بعملة { $other }. نحن نبيع بعملة { $ours }، والأسعار المعتمدة هي:
both-old = 🛒 *سلتك*
both-new = 🆕 *السلة الجديدة*
both-ask = في سلتك منتجات بالفعل. ماذا نفعل؟
both-replace-button = أخذ الجديدة
both-add-button = جمع الاثنتين
both-keep-button = إبقاء السابقة
both-added = جمعنا السلتين.
both-kept = حسنًا، سلتك كما كانت.
again = 🔁 مثل الطلب { $number }

## ما قد يحل محله

instead = 💡 اضغط *{ $open }* لترى منتجات مشابهة وباقي الخيارات.
instead-title = منتجات مشابهة
instead-rest-title = الخيارات
