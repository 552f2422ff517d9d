package dev.oar.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A process that draws one image, from its start to its end, with all files in the system's cache. */
final class StartRows implements RowGroup {
    private static final String NAME = "start/first-image";

    private final Function<Path, List<String>> command;
    private final Repetitions repetitions;
    private final Optional<Target> target;

    /** A row of this command, which is given the folder that the image goes to. */
    StartRows(Function<Path, List<String>> command, Repetitions repetitions, Optional<Target> target) {
        this.command = command;
        this.repetitions = repetitions;
        this.target = target;
    }

    @Override
    public List<PlannedRow> rows() {
        return List.of(new PlannedRow(NAME, measured -> measure()));
    }

    private Figure measure() throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Spread seconds = repetitions.time(() -> {
                var unused = ChildProcess.output(command.apply(folder.fresh("image")), List.of());
            });
            return Figure.of(
                    NAME,
                    Unit.SECONDS,
                    seconds,
                    "wall time of " + String.join(" ", command.apply(Path.of("DIR"))),
                    target);
        }
    }

    @Override
    public void close() {}
}
