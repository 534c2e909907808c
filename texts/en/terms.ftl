## Terms of sale

terms-accept = 📄 By confirming you accept our terms of sale.
terms-accept-link = 📄 By confirming you accept our terms of sale: { $url }
terms-button = 📄 Read the terms
terms-head = 📄 *Terms of sale*
terms-whole = All of it: { $url }
terms-moved = Our terms of sale have just changed. Please confirm your order once more.
