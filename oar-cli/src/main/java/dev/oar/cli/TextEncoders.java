package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.text.TextEncoderFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the frozen text encoders that models draw by, and fetches those that lie on the hub. */
final class TextEncoders {
    private final Terminal terminal;
    private final Interruption interruption;

    TextEncoders(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    /**
     * The encoder that was asked for, or else the one that a model names, if it names one.
     *
     * @param asked a folder or {@code hf://OWNER/REPO}
     */
    Optional<TextEncoderFiles> find(Optional<String> asked, ModelFolder folder) throws IOException {
        try (ProgressView progress = ProgressView.of(terminal)) {
            HubProgress listener = new HubProgress(progress, interruption);
            return asked.isPresent()
                    ? Optional.of(TextEncoderFiles.find(asked.get(), Path.of(""), listener))
                    : folder.namedTextEncoder(listener);
        }
    }
}
