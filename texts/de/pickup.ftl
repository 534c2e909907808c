## Abholung

pickup-now = 🕐 Der Laden { $now }
pickup-open = ist jetzt geöffnet
pickup-open-until = ist jetzt geöffnet, bis { $time } Uhr
pickup-opens-today = ist geschlossen und öffnet heute um { $time } Uhr
pickup-opens-tomorrow = ist geschlossen und öffnet morgen um { $time } Uhr
pickup-opens-day = ist geschlossen und öffnet am { $day } um { $time } Uhr
pickup-opens-date = ist bis { $date }, { $time } Uhr geschlossen
pickup-closed = ist zurzeit geschlossen
weekday-monday = Montag
weekday-tuesday = Dienstag
weekday-wednesday = Mittwoch
weekday-thursday = Donnerstag
weekday-friday = Freitag
weekday-saturday = Samstag
weekday-sunday = Sonntag
