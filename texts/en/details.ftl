## Details of the order

ask-delivery-or-write = How would you like to get it? You can write your address right here or send your location.
pin-door = 📍 We have your location. To add a door, floor or flat, just write it here.
door-long = That is too long. Please use 200 characters at most.
ask-contact = Which phone number may the courier call? Please share yours, or write another one, for example: 0532 111 22 33
phone-wrong = This phone number looks incomplete or wrong.
ask-receiver = Who will receive it? Please write the name, and the phone number if it is another one. For example: Jane Brown, 0532 111 22 33
receiver-wrong = I could find no name in that.
myself-button = I will receive it
ask-note = Please write the note for your order.
note-long = This note is too long. Please use 500 characters at most.
no-note-button = 🗑 Remove the note
back-to-order-button = ◂ Back to the order
summary-receiver = 👤 Received by: { $who }
summary-contact = 📞 Phone: { $phone }
change-receiver-row = 👤 Who receives it
change-note-row = 📝 Note
