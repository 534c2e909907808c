## Orders

orders = 📦 *Your orders*
orders-none = You have no orders yet.
order = 📦 *Order { $number }*
    { $status }
order-row = { $status } · { $total }
order-button = Order status
orders-button = 📦 My orders
order-unknown = We do not find this order.
status-awaiting_payment = ⏳ Waiting for your transfer
status-placed = 🕐 Placed, the shop will confirm it
status-accepted = 👍 Confirmed, being prepared
status-ready = 🏬 Ready for pickup
status-shipped = 🚚 On its way
status-delivered = ✅ Delivered
status-cancelled = ❌ Cancelled
payment-paid = 💵 Paid
payment-to_refund = 💵 We will pay your money back

## News of an order

told-payment_received = 💵 We received your payment for order { $number }. Thank you!
told-payment_too_late = 💵 Your payment for order { $number } arrived after the order was cancelled. We will pay it back.
told-payment_expired = ⌛ We cancelled order { $number } because no payment arrived in time. If you still want it, just order again.
told-accepted_by_shop = 👍 Your order { $number } is confirmed and being prepared.
told-ready_for_pickup = 🏬 Your order { $number } is ready. You can come and get it.
told-handed_to_carrier = 🚚 Your order { $number } is on its way to you.
told-arrived = ✅ Your order { $number } was delivered. Thank you for choosing us!
told-picked_up = ✅ You have picked up your order { $number }. Thank you for choosing us!
told-cancelled_by_shop = ❌ Unfortunately we had to cancel your order { $number }.
told-cancelled_by_customer = ❌ Your order { $number } is cancelled, as you wished.
told-refund = What you paid will be paid back.
told-why = Reason: { $why }
