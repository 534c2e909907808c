## Detalhes do pedido

ask-delivery-or-write = Como você quer receber? Você pode escrever seu endereço aqui mesmo ou enviar sua localização.
pin-door = 📍 Recebemos sua localização. Se quiser, escreva aqui o número, o andar ou o apartamento.
door-long = Está longo demais. Use no máximo 200 caracteres, por favor.
ask-contact = Para qual telefone o entregador pode ligar? Compartilhe o seu ou escreva outro, por exemplo: (11) 91234-5678
phone-wrong = Esse telefone parece incompleto ou errado.
ask-receiver = Quem vai receber? Escreva o nome, e o telefone se for outro. Por exemplo: Ana Souza, (11) 91234-5678
receiver-wrong = Não encontrei nenhum nome aí.
myself-button = Eu vou receber
ask-note = Escreva a observação do seu pedido.
note-long = Essa observação está longa demais. Use no máximo 500 caracteres, por favor.
no-note-button = 🗑 Tirar observação
back-to-order-button = ◂ Voltar ao pedido
summary-receiver = 👤 Quem recebe: { $who }
summary-contact = 📞 Telefone: { $phone }
change-receiver-row = 👤 Quem recebe
change-note-row = 📝 Observação
