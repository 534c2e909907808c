## Questions

answer-cost = Your order comes to *{ $total }* in all; you see it once more before you confirm.
answer-cost-plain = The order shows you everything that you pay before you confirm it.
answer-time = We tell you here when your order is on its way.
answer-time-pickup = We tell you here when your order is ready.
answer-time-ordered = To see where your order is, write *orders*.
answer-payment = Ways to pay: { $ways }
answer-more = For anything else write *human*, and one of our people answers.
answer-none = I cannot answer that by myself. Write *human*, and one of our people does.
