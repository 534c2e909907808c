## After placing

order-title = This order
orders-row = 📦 My orders
receipt-row = 🧾 Receipt
order-address-row = 📍 Change the address
cancel-order-row = ❌ Cancel the order
order-again-row = 🔁 Order it again
order-talk-row = 💬 Ask about this order
next-placed = We tell you here as soon as it is confirmed.
next-ready = Just tell us your order number when you come.
next-shipped = We tell you here when it is delivered.
next-delivered = If anything is wrong, write to us; we will see to it.
transfer-proof = Thank you, we are checking your transfer. As soon as the payment for order *{ $number }* has arrived, we tell you here.
order-said = Choose what to do about this order, or write to one of our people.

## Cancelling

cancel-ask = Shall we cancel your order { $number } of *{ $total }*?
cancel-transfer = Should you have sent the transfer already, we pay it back when it arrives.
cancel-yes-button = Yes, cancel it
cancel-no-button = No, keep it
cancel-order-button = ❌ Cancel the order
cancel-already = This order is cancelled already.
cancel-too-late = Your order { $number } can no longer be cancelled here ({ $status }). One of our people can help you.
cancel-title = Can be cancelled
ask-cancel-one = Do you want to cancel your order { $number }?
ask-cancel-which = What would you like to cancel?

## Another address

ask-order-address = Where shall we bring order { $number }? Write the full address (street, number, district, city) or send your location.
pick-order-address = Where shall we bring order { $number }? Choose, write a new address, or send your location.
keep-address-button = Keep the address
address-changed = All right, your order { $number } will come to this address:
    🚚 { $address }
address-same = Your order { $number } comes to this address already:
    🚚 { $address }
address-too-late = The address of order { $number } can no longer be changed here ({ $status }). One of our people can help you.

## Receipt

receipt = 🧾 *{ $shop }*
    Order { $number } · { $date }
receipt-part = 🧾 Order { $number }, from line { $from } on
receipt-line = { $quantity } × { $title } at { $price } = { $total }
receipt-delivery = Delivery: { $amount }
receipt-tax = Tax: { $amount }
receipt-discount = Discount: −{ $amount }

## A person answers

human-order = 💬 One of our people will answer you here about your order { $number }; just write what it is about. To go on shopping, tap the button.
resume = Thank you for talking to us! You can go on from here.
untold = Meanwhile, your orders:
untold-line = 📦 { $number }: { $status }
repeated = If you do not find what you are looking for, write *human* and one of our people helps.
stuck = I am afraid we do not understand each other. Shall one of our people help? You can also go on where you were.
stuck-called = We have told one of our people, who will answer you here. To go on shopping, tap the button.
