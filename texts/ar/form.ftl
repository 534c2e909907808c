## نموذج العنوان

ask-address-form = إلى أين نوصله؟ املأ النموذج أو اكتب العنوان كاملًا هنا، ويمكنك أيضًا إرسال موقعك.
form-button = نموذج العنوان
form-late = هذا النموذج لم يعد صالحًا.
form-incomplete = ينقص الشارع أو المدينة في النموذج.
form-long = بيانات النموذج طويلة جدًا.
form-title = عنوان التوصيل
form-name = الاسم الكامل
form-phone = الهاتف
form-street = الشارع ورقم المبنى
form-district = الحي
form-city = المدينة
form-note = ملاحظة للمندوب
form-send = إرسال
