package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.edit.KeptCells;
import dev.oar.edit.VariationRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Draws other images like one. */
@Command(
        name = "vary",
        sortOptions = false,
        description = {
            "Draws other images like one: keeps some of its cells and draws the others anew.",
            "",
            "Kept cells lie scattered, so results are shown as the model's tokenizer draws them, the kept cells included.",
            "DIR receives what 'oar inpaint' writes."
        })
final class VaryCommand implements Callable<Integer> {
    private static final double KEEP = 0.4;

    private final EditRunner runner;

    @Mixin
    private GivenImageOptions image = new GivenImageOptions();

    @Option(
            names = "--keep",
            paramLabel = "FRACTION",
            defaultValue = "0.4",
            description = "Fraction of the cells that are kept, 0 .. 1 (default: ${DEFAULT-VALUE}).")
    private double keep = KEEP;

    @Option(
            names = "--keep-by",
            paramLabel = "WHICH",
            defaultValue = "uncertain",
            description = {
                "Which cells are kept (default: ${DEFAULT-VALUE}):",
                "uncertain: those that the model predicts worst, which tell most about the image;",
                "confident: those that it predicts best; random: some, by the seed."
            })
    private KeptCells keepBy = KeptCells.UNCERTAIN;

    @Mixin
    private ResultOptions results = new ResultOptions();

    VaryCommand(EditRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        ModelFolder folder = runner.folder(results);
        Drawn drawn = image.subject(folder, runner.encoders());
        EditRunner.Given given = image.read(Optional.empty());
        runner.vary(
                drawn,
                results,
                given,
                new VariationRequest(
                        given.image(),
                        keep,
                        keepBy,
                        drawn.condition(),
                        results.firstIndex(),
                        results.count(),
                        results.seed(),
                        results.batchSize(),
                        runner.ofHoles(results, folder)));
        return 0;
    }
}
