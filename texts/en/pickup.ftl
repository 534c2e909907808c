## Pickup

pickup-now = 🕐 The shop { $now }
pickup-open = is open now
pickup-open-until = is open now, until { $time }
pickup-opens-today = is closed now and opens today at { $time }
pickup-opens-tomorrow = is closed now and opens tomorrow at { $time }
pickup-opens-day = is closed now and opens on { $day } at { $time }
pickup-opens-date = is closed until { $date }, { $time }
pickup-closed = is closed now
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
