package dev.oar.message;

import java.util.Map;

/**
 * What a drawn PNG tells of its making.
 *
 * @param settings keys and texts, named like the command line's options
 * @param command the {@code oar} command that makes it
 */
public record PngInfo(Map<String, String> settings, String command) {}
