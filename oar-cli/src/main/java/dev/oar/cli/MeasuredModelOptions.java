package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.FullPath;
import dev.oar.config.RecipeReader;
import dev.oar.data.ResultPlace;
import dev.oar.measure.MeasuredModels;
import dev.oar.pipeline.Recipe;
import dev.oar.tensor.Device;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Models that are measured side by side, and the recipe that says on which images. */
final class MeasuredModelOptions {
    @Parameters(
            paramLabel = "RECIPE",
            description = "The recipe whose test images are held out, a YAML file; a run directory holds one.")
    private Path recipe = Path.of("");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|DIR",
            description = "A bundled model, a model folder or a run directory; may be repeated.")
    private List<String> models = List.of();

    @Option(
            names = "--arm",
            paramLabel = "ARM",
            description = "any-order, control or specialised; may be repeated (default: all of one model, the"
                    + " specialised one of several).")
    private List<Arm> arms = List.of();

    @Mixin
    private DeviceOption deviceOption = new DeviceOption();

    /**
     * Finds the models.
     *
     * @throws IllegalArgumentException if one is not there
     */
    List<ModelFolder> folders(BundledModels bundled) throws IOException {
        List<ModelFolder> folders = new ArrayList<>();
        for (String model : models) {
            folders.add(bundled.find(model));
        }
        return folders;
    }

    /**
     * Where models are.
     *
     * @throws IllegalArgumentException if there is no such device here
     */
    Device device() {
        return deviceOption.device();
    }

    /**
     * Opens all models with their images; close them after use.
     *
     * @param measurement what is measured, as a refusal begins
     * @param formats how weights are kept; each model is opened once for each
     * @param out where results go
     * @throws IllegalArgumentException if models cannot be measured side by side, or not on these images, or results would lie within
     *     the images
     */
    MeasuredModels open(List<ModelFolder> folders, String measurement, List<WeightFormat> formats, Path out)
            throws IOException {
        Path above = FullPath.of(recipe).getParent();
        Path base = above == null ? Path.of("") : above;
        Recipe read = RecipeReader.read(recipe, Recipe.class);
        ResultPlace.requireOutside(out, base.resolve(read.data().path()));
        return MeasuredModels.open(
                new MeasuredModels.Choice(folders, arms, formats, deviceOption.device()),
                read.data(),
                base,
                measurement);
    }
}
