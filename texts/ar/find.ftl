## البحث

find-welcome = أهلًا بك في { $shop }!
find-welcome-known = أهلًا بعودتك يا { $name }!
find-found = ما وجدناه لـ «{ $query }»:
find-near = لا يوجد لدينا «{ $query }» تمامًا. الأقرب إليه:
find-near-one = لا يوجد لدينا «{ $query }» تمامًا. الأقرب إليه:
find-nothing = لم نجد شيئًا لـ «{ $query }».
