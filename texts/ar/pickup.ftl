## الاستلام من المتجر

pickup-now = 🕐 المتجر { $now }
pickup-open = مفتوح الآن
pickup-open-until = مفتوح الآن حتى الساعة { $time }
pickup-opens-today = مغلق الآن ويفتح اليوم الساعة { $time }
pickup-opens-tomorrow = مغلق الآن ويفتح غدًا الساعة { $time }
pickup-opens-day = مغلق الآن ويفتح يوم { $day } الساعة { $time }
pickup-opens-date = مغلق حتى { $date } الساعة { $time }
pickup-closed = مغلق الآن
weekday-monday = الاثنين
weekday-tuesday = الثلاثاء
weekday-wednesday = الأربعاء
weekday-thursday = الخميس
weekday-friday = الجمعة
weekday-saturday = السبت
weekday-sunday = الأحد
