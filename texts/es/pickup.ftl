## Recogida en tienda

pickup-now = 🕐 La tienda { $now }
pickup-open = está abierta ahora
pickup-open-until = está abierta ahora, hasta las { $time }
pickup-opens-today = está cerrada y abre hoy a las { $time }
pickup-opens-tomorrow = está cerrada y abre mañana a las { $time }
pickup-opens-day = está cerrada y abre el { $day } a las { $time }
pickup-opens-date = está cerrada hasta el { $date } a las { $time }
pickup-closed = está cerrada ahora
weekday-monday = lunes
weekday-tuesday = martes
weekday-wednesday = miércoles
weekday-thursday = jueves
weekday-friday = viernes
weekday-saturday = sábado
weekday-sunday = domingo
