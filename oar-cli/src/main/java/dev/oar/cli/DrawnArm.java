package dev.oar.cli;

import dev.oar.artifact.FolderOrders;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.cli.PreferenceArms.ModelArm;
import dev.oar.config.RecordTexts;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.ImageGenerator;
import dev.oar.generate.ImageRequest;
import dev.oar.generate.Subject;
import dev.oar.image.CenterCrop;
import dev.oar.image.ImageSize;
import dev.oar.image.RgbImage;
import dev.oar.model.AutoregressiveModel;
import dev.oar.preference.ArmImages;
import dev.oar.preference.KeptPictures;
import dev.oar.preference.MatchKey;
import dev.oar.preference.PreferenceProtocol.ComparedArm;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.text.TextEncoderFiles;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * An arm of a preference study that a model draws.
 *
 * @param model the model and its arm
 * @param drawing how it draws
 * @param batchSize images drawn together
 * @param side side in pixels that images are brought to; empty: the model's own
 * @param device where the model is
 * @param textEncoder the frozen text encoder, if one was named
 * @param study the folder of the study, where finished pictures are kept until it is complete
 * @param surroundings where progress is shown
 */
record DrawnArm(
        ModelArm model,
        Drawing drawing,
        int batchSize,
        OptionalInt side,
        Device device,
        Optional<String> textEncoder,
        Path study,
        Surroundings surroundings)
        implements ArmImages {
    /** Batches whose images are in memory at a time. */
    private static final int BATCHES = 8;

    /** Where progress is shown, and who may interrupt. */
    record Surroundings(Terminal terminal, Interruption interruption, ProgressView progress) {}

    @Override
    public ComparedArm arm() {
        Map<String, String> texts = new TreeMap<>(RecordTexts.write(drawing));
        texts.put("batch-size", Integer.toString(batchSize));
        String weights = ModelFolder.fileName(model.arm());
        texts.put("sha256 " + weights, model.folder().fingerprint(weights));
        return new ComparedArm(model.compared().name(), model.compared().source(), texts);
    }

    @Override
    public ImageSize size() {
        int own = side.orElse(model.folder().manifest().tokenizer().imageSize());
        return new ImageSize(own, own);
    }

    @Override
    public void give(List<MatchKey> matches, Receiver receiver) throws IOException {
        List<MatchKey.Settings> settings = new ArrayList<>();
        for (MatchKey match : matches) {
            if (!(match instanceof MatchKey.Settings told)) {
                throw new IllegalArgumentException("a model draws what the settings of other images say, but "
                        + match.origin() + " is the name of a file; name a folder for every arm");
            }
            settings.add(told);
        }
        List<Subject> subjects =
                settings.stream().map(MatchKey.Settings::asked).distinct().toList();
        LibTorch.load();
        ModelFolder folder = model.folder();
        try (ImageTokenizer tokenizer = folder.tokenizer(device);
                AutoregressiveModel transformer = transformer(subjects);
                AutoregressiveModel prepared = transformer.prepared();
                FolderOrders orders = folder.folderOrders(device)) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(prepared, tokenizer, orders));
            KeptPictures kept = new KeptPictures(study, arm(), drawnBy());
            int round = BATCHES * batchSize;
            for (int from = 0; from < settings.size(); from += round) {
                int first = from;
                List<MatchKey.Settings> some = settings.subList(from, Math.min(settings.size(), from + round));
                List<RgbImage> images = kept.round(
                        some,
                        () -> generator
                                .generate(
                                        requests(some, subjects),
                                        batchSize,
                                        step -> show(first, some.size() * step.done() / step.total(), settings.size()))
                                .stream()
                                .map(GeneratedImage::image)
                                .toList());
                for (int i = 0; i < images.size(); i++) {
                    receiver.accept(from + i, sized(images.get(i)));
                }
            }
        }
    }

    /** What decides over pixels beside what a study tells of an arm. */
    private List<String> drawnBy() throws IOException {
        return List.of(
                device.label(),
                textEncoder.orElse(""),
                GenerationParameters.of(model.folder(), model.arm(), drawing, batchSize)
                        .fingerprints()
                        .toString(),
                drawing.order() instanceof DrawingOrder.FromFile file ? Fingerprint.ofFile(Path.of(file.path())) : "");
    }

    private void show(long before, long done, long total) {
        surroundings.interruption.check();
        surroundings.progress.show("drawing " + arm().source(), before + done, total, "");
    }

    private RgbImage sized(RgbImage image) {
        return side.isPresent() ? CenterCrop.apply(image, side.getAsInt()) : image;
    }

    private List<ImageRequest> requests(List<MatchKey.Settings> settings, List<Subject> subjects) {
        return settings.stream()
                .map(told -> new ImageRequest(condition(told.asked(), subjects), told.seed(), told.index(), drawing))
                .toList();
    }

    private int condition(Subject asked, List<Subject> subjects) {
        return model.folder().drawsFromCaptions()
                ? subjects.indexOf(asked)
                : model.folder().classIndex(asked.name());
    }

    private AutoregressiveModel transformer(List<Subject> subjects) throws IOException {
        ModelFolder folder = model.folder();
        boolean captions = folder.drawsFromCaptions();
        Set<String> negatives = new LinkedHashSet<>();
        List<String> asked = new ArrayList<>();
        for (Subject subject : subjects) {
            if (captions && subject instanceof Subject.OfCaption caption) {
                asked.add(caption.name());
                negatives.add(caption.negative().orElse(""));
            } else if (captions || !(subject instanceof Subject.OfClass)) {
                throw new IllegalArgumentException(
                        "all arms draw the same, but " + folder.manifest().name()
                                + (captions ? " draws from captions" : " draws from classes") + " and is to draw "
                                + subject.description() + "; name models of one kind");
            }
        }
        if (!captions) {
            return folder.transformer(model.arm(), device);
        }
        if (negatives.size() > 1) {
            throw new IllegalArgumentException("images of an arm are drawn with one negative caption, but those of the"
                    + " others have " + negatives.size() + "; name images of one");
        }
        Optional<TextEncoderFiles> encoder =
                new TextEncoders(surroundings.terminal, surroundings.interruption).find(textEncoder, folder);
        return folder.transformer(
                model.arm(),
                device,
                asked,
                negatives.stream().filter(negative -> !negative.isEmpty()).findFirst(),
                encoder);
    }
}
