## Retirada na loja

pickup-now = 🕐 A loja { $now }
pickup-open = está aberta agora
pickup-open-until = está aberta agora, até as { $time }
pickup-opens-today = está fechada e abre hoje às { $time }
pickup-opens-tomorrow = está fechada e abre amanhã às { $time }
pickup-opens-day = está fechada e abre { $day } às { $time }
pickup-opens-date = está fechada até { $date } às { $time }
pickup-closed = está fechada no momento
weekday-monday = segunda-feira
weekday-tuesday = terça-feira
weekday-wednesday = quarta-feira
weekday-thursday = quinta-feira
weekday-friday = sexta-feira
weekday-saturday = sábado
weekday-sunday = domingo
