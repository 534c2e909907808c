## Pessoas e palavras

human = 💬 Alguém da nossa equipe vai responder aqui; já pode escrever do que se trata. Para continuar comprando, toque no botão.
human-back-button = Voltar à loja
human-back = Que bom ver você de novo! O que podemos mostrar?
human-back-on = Que bom ver você de novo!
help = Você sempre pode escrever:
    • *menu*: o que temos
    • *carrinho*: o que você escolheu
    • *pedidos*: como estão seus pedidos
    • *voltar*: um passo atrás
    • *atendente*: alguém da nossa equipe responde
    • *parar*: não receber mais novidades
thanks = Por nada! 😊 Se precisar de mais alguma coisa, é só escrever *menu*.
stopped = Não vamos mais enviar novidades; só escreveremos sobre seus pedidos. Escreva *começar* para voltar a receber.
started = Você voltou a receber nossas novidades.
ask-cancel = Não há nada em aberto agora. Do que se trata?
stop-notices-button = 🔕 Parar novidades
not-understood = Não entendi.
please-tap = Toque em um dos botões, por favor.
no-media = Não consigo ver fotos, arquivos nem mensagens de voz.
left-step = Tudo bem. Seu carrinho continua aqui.
left-step-empty = Tudo bem. O que mais podemos mostrar?
language-changed = Agora falamos português. O que podemos mostrar?
language-changed-on = Agora falamos português.
