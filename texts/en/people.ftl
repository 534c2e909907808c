## People and words

human = 💬 One of our people will answer you here; just write what it is about. To go on shopping, tap the button.
human-back-button = Back to the shop
human-back = Welcome back! What would you like to see?
human-back-on = Welcome back!
help = You can always write:
    • *menu*: what there is
    • *cart*: what you have chosen
    • *orders*: where your orders are
    • *back*: one step back
    • *human*: one of our people answers
    • *stop*: no more news
thanks = You are welcome! 😊 Should you need anything else, just write *menu*.
stopped = We will send you no more news; we still write to you about your orders. Write *start* to get news again.
started = You will get our news again.
ask-cancel = Nothing is open right now. What is it about?
stop-notices-button = 🔕 Stop the news
not-understood = I did not understand that.
please-tap = Please tap one of the buttons.
no-media = I cannot look at pictures, files or voice messages.
left-step = All right. Your cart is still here.
left-step-empty = All right. What else may we show you?
language-changed = We speak English now. What would you like to see?
language-changed-on = We speak English now.
