//! What programs on one machine say to a Hedgerow node: request, response, event and error types, and the client.
