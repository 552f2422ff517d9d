package dev.oar.data;

import dev.oar.config.Require;

/**
 * Where the codes of training images lie that somebody extracted before, with the very tokenizer that the recipe takes from its base.
 *
 * @param layout how the files lie
 * @param path the folder, relative to the recipe
 */
public record ExtractedCodesConfig(ExtractedCodes.Layout layout, String path) {
    /** Checks the path. */
    public ExtractedCodesConfig {
        Require.that(!path.isBlank(), "path must name a folder of codes, but is empty; name one");
    }
}
