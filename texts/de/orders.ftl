## Bestellungen

orders = 📦 *Ihre Bestellungen*
orders-none = Sie haben noch nichts bestellt.
order = 📦 *Bestellung { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = Stand der Bestellung
orders-button = 📦 Bestellungen
order-unknown = Diese Bestellung finden wir nicht.
status-awaiting_payment = ⏳ Wartet auf Ihre Überweisung
status-placed = 🕐 Eingegangen, der Laden bestätigt sie noch
status-accepted = 👍 Bestätigt, wird vorbereitet
status-ready = 🏬 Liegt zur Abholung bereit
status-shipped = 🚚 Unterwegs
status-delivered = ✅ Geliefert
status-cancelled = ❌ Storniert
payment-paid = 💵 Bezahlt
payment-to_refund = 💵 Wir zahlen Ihnen Ihr Geld zurück

## Neues von einer Bestellung

told-payment_received = 💵 Ihre Zahlung für Bestellung { $number } ist da. Vielen Dank!
told-payment_too_late = 💵 Ihre Zahlung für Bestellung { $number } kam erst nach der Stornierung an. Wir zahlen sie zurück.
told-payment_expired = ⌛ Wir haben Bestellung { $number } storniert, weil keine Zahlung eingegangen ist. Wenn Sie sie noch möchten, bestellen Sie einfach noch einmal.
told-accepted_by_shop = 👍 Ihre Bestellung { $number } ist bestätigt und wird vorbereitet.
told-ready_for_pickup = 🏬 Ihre Bestellung { $number } liegt bereit. Sie können sie abholen.
told-handed_to_carrier = 🚚 Ihre Bestellung { $number } ist zu Ihnen unterwegs.
told-arrived = ✅ Ihre Bestellung { $number } ist angekommen. Danke für Ihren Einkauf bei uns!
told-picked_up = ✅ Sie haben Ihre Bestellung { $number } abgeholt. Danke für Ihren Einkauf bei uns!
told-cancelled_by_shop = ❌ Leider mussten wir Ihre Bestellung { $number } stornieren.
told-cancelled_by_customer = ❌ Ihre Bestellung { $number } ist auf Ihren Wunsch storniert.
told-refund = Was Sie bezahlt haben, zahlen wir zurück.
told-why = Grund: { $why }
