package dev.oar.cli;

import dev.oar.artifact.CaptionReader;
import dev.oar.artifact.ModelFolder;
import dev.oar.model.CaptionConditioning;
import dev.oar.text.TextEncoderFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the frozen text encoders that models draw by, fetches those that lie on the hub, and tells of captions that are cut. */
final class TextEncoders {
    private final Terminal terminal;
    private final Interruption interruption;

    TextEncoders(Terminal terminal, Interruption interruption) {
        this.terminal = terminal;
        this.interruption = interruption;
    }

    /** Tells once of captions that a model does not read to their end, if there are some. */
    void warnOfCut(CaptionReader reader, List<String> captions, ModelFolder folder) {
        Optional<CaptionConditioning> cutting =
                folder.manifest().captions().filter(sizes -> sizes.tooLong() == CaptionConditioning.TooLong.CUT);
        long cut = cutting.isPresent() ? reader.cut(captions) : 0;
        if (cut > 0) {
            terminal.err()
                    .println("warning: " + cut + " of " + captions.size() + " captions " + (cut == 1 ? "has" : "have")
                            + " more than the " + cutting.get().length() + " tokens that "
                            + folder.manifest().name() + " reads; what is beyond them is cut off");
        }
    }

    /**
     * The encoder that was asked for, or else the one that a model names, if it names one.
     *
     * @param asked a folder or {@code hf://OWNER/REPO}
     * @throws IllegalArgumentException if one was asked for, and the model has its own; nothing is fetched then
     */
    Optional<TextEncoderFiles> find(Optional<String> asked, ModelFolder folder) throws IOException {
        asked.ifPresent(folder::requireNoOwnEncoder);
        try (ProgressView progress = ProgressView.of(terminal)) {
            HubProgress listener = new HubProgress(progress, interruption);
            return asked.isPresent()
                    ? Optional.of(TextEncoderFiles.find(asked.get(), Path.of(""), listener))
                    : folder.namedTextEncoder(listener);
        }
    }
}
