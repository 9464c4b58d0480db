package dev.formulary.engine.notify;

/// What a route makes of an event.
///
/// @param body for machines, the document of the event unless the route puts something else there
/// @param contentType what the body is
/// @param title one line, for people
/// @param text a few lines, for people
public record Letter(byte[] body, String contentType, String title, String text) {}
