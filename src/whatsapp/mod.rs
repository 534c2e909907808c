//! Way out and in: the Graph API and its webhooks. The only room that knows their words.
