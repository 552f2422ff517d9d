package dev.oar.pipeline;

import dev.oar.group.ProcessGroup;
import dev.oar.group.RankEnvironment;
import dev.oar.tensor.Device;
import dev.oar.train.TrainingLogs;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** One of several processes that do a tiny run together, up to fine-tuning. It says how far trainings are, line by line. */
final class RunRank {
    /** How a process ends that refuses to go on and says why. */
    static final int REFUSED = 3;

    static final String REFUSAL = "refused: ";

    private RunRank() {}

    /** The arguments: folder of images, run directory, seed. */
    public static void main(String[] arguments) {
        PrintStream said = System.out;
        Path images = Path.of(arguments[0]);
        Recipe recipe = TinyRecipe.of(images, "dual-position").withSeed(Long.parseLong(arguments[2]));
        RankEnvironment rank = RankEnvironment.of(System.getenv()).orElseThrow();
        try (ProcessGroup group = ProcessGroup.join(rank, () -> {})) {
            try {
                new Pipeline(
                                recipe,
                                RunFiles.parent(images),
                                Path.of(arguments[1]),
                                new Speaking(said),
                                Device.CPU,
                                TrainingLogs.NONE,
                                group)
                        .run(StageName.FINETUNING);
            } catch (IOException | RuntimeException e) {
                group.fail(String.valueOf(e.getMessage()));
                throw e;
            }
        } catch (IOException | IllegalArgumentException e) {
            said.println(REFUSAL + String.valueOf(e.getMessage()).replace('\n', ' '));
            said.flush();
            System.exit(REFUSED);
        }
        System.exit(0);
    }

    /** Says what happens. */
    private record Speaking(PrintStream said) implements PipelineListener {
        @Override
        public void progress(StageName stage, StageProgress progress) {
            said.println(stage.label() + " " + progress.activity() + " " + progress.done());
            said.flush();
        }
    }
}
