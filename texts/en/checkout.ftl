## Checkout

ask-delivery = How would you like to get it?
delivery-button = 🚚 Delivery
pickup-button = 🏬 Pick up
ask-address = Where may we deliver? Please write the whole address (street, number, district, city) or send your location.
ask-address-short = That is too short for an address. Please write street, number, district and city.
ask-address-long = That is too long for an address. Please use 500 characters at most.
ask-address-number = I see no number in it. Please write street, door number, district and city. If there is no number, send it once more.
pick-address = Where may we deliver? Choose, write a new address or send your location.
new-address-row = ➕ Another address
address-row = Address { $number }
pin = Location pin
ask-payment = How would you like to pay?
pay-cash-button = 💵 Pay on delivery
pay-cash-pickup-button = 💵 Pay at the shop
pay-transfer-button = 🏦 Bank transfer
pay-other = That way to pay cannot be chosen here. Please choose one of these, or write *human*.
summary = 🧾 *Your order*
summary-delivery = 🚚 Delivery to: { $address }
summary-pickup = 🏬 Pick up at: { $address }
summary-pickup-plain = 🏬 Pick up at the shop
summary-cash = 💵 Payment on delivery
summary-cash-pickup = 💵 Payment at the shop
summary-transfer = 🏦 Payment by bank transfer
summary-ask = Is everything right?
confirm-button = ✅ Confirm order
confirm-tap = To place the order, please tap *{ $button }*.
change-order = What would you like to change?
change-goods-row = 🛒 Goods
change-delivery-row = 🚚 Delivery
change-address-row = 📍 Address
change-payment-row = 💵 Payment
back-to-order-row = ◂ Back to the order
not-for-sale-now = We take no orders at the moment. You can write to one of our people.

## Placed

placed = ✅ *Thank you! Your order { $number } is placed.*
placed-transfer = Please transfer *{ $total }* within { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
} and write { $number } as the reference:
placed-next-delivery = We tell you here when it is on its way.
placed-next-pickup = We tell you here when it is ready.
placed-next-transfer = We tell you here when your payment has arrived.
already-placed = This cart is already order { $number }. This is how it stands:
