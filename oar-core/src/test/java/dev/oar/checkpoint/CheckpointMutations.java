package dev.oar.checkpoint;

import dev.oar.checkpoint.FileAnatomy.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Seeded mutations of one intact file of weights: the same seed gives the same mutation for ever. */
final class CheckpointMutations {
    private final FileAnatomy file;
    private final Function<SplittableRandom, List<FileEdit>> ofItsFormat;

    /** Finds what can be mutated. */
    CheckpointMutations(FileAnatomy file) {
        this.file = file;
        this.ofItsFormat = file.has(Part.HEADER) ? new HeaderDamage(file)::edits : new PyTorchDamage(file)::edits;
    }

    /** One mutation: one kind of damage mostly, two or three sometimes. */
    List<FileEdit> of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int times = random.nextInt(6) == 0 ? 2 + random.nextInt(2) : 1;
        List<FileEdit> edits = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            edits.addAll(random.nextBoolean() ? ofItsFormat.apply(random) : ByteDamage.edits(file, random));
        }
        return edits;
    }
}
