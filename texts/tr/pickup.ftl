## Mağazadan teslim

pickup-now = 🕐 Mağaza { $now }
pickup-open = şu an açık
pickup-open-until = şu an açık, kapanış { $time }
pickup-opens-today = şu an kapalı, bugün { $time } itibarıyla açık
pickup-opens-tomorrow = şu an kapalı, yarın { $time } itibarıyla açık
pickup-opens-day = şu an kapalı, { $day } { $time } itibarıyla açık
pickup-opens-date = şu an kapalı, { $date } { $time } itibarıyla açık
pickup-closed = şu an kapalı
weekday-monday = pazartesi
weekday-tuesday = salı
weekday-wednesday = çarşamba
weekday-thursday = perşembe
weekday-friday = cuma
weekday-saturday = cumartesi
weekday-sunday = pazar
