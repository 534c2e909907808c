## البحث

find-welcome = أهلًا بك في { $shop }!
find-welcome-known = أهلًا بعودتك يا { $name }!
find-found = ما وجدناه لـ «{ $query }»:
find-near = لا يوجد لدينا «{ $query }» تمامًا. الأقرب إليه:
find-near-one = لا يوجد لدينا «{ $query }» تمامًا. الأقرب إليه:
find-nothing = لم نجد شيئًا لـ «{ $query }».
find-ad = من الإعلان الذي شاهدته:

## بطاقات المنتجات

cards-ranges = *{ $title }*: { $count ->
    [zero] لا منتجات
    [one] منتج واحد
    [two] منتجان
    [few] { $count } منتجات
    [many] { $count } منتجًا
   *[other] { $count } منتج
}. أيّها تحب أن ترى؟
cards-range-row = { $from }–{ $to }
cards-refused = تعذّر فتح العرض بالصور الآن. يمكنك رؤية المنتجات في قائمة.
cards-list-button = عرض القائمة
