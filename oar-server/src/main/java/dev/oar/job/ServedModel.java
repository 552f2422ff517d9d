package dev.oar.job;

import dev.oar.artifact.Arm;
import dev.oar.artifact.CaptionReader;
import dev.oar.artifact.FolderOrders;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.Require;
import dev.oar.generate.AskedDrawing;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.Enlargement;
import dev.oar.generate.FormatChoice;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.message.ModelDescription;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.CaptionModel;
import dev.oar.model.Captions;
import dev.oar.model.LlamaGenGptConfig;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.tensor.PassingThread;
import dev.oar.text.TextEncoderFiles;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model that stays loaded: its weights are read and prepacked once, those of arms other than the usual one when they are first asked for.
 * What requests are told, and what pictures tell, is what was loaded, whatever becomes of the folder. Several threads may ask; one at a
 * time draws.
 */
public final class ServedModel implements AutoCloseable {
    private final ModelFolder folder;
    private final Device device;
    private final int batchSize;
    private final Consumer<String> told;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Map<Arm, AutoregressiveModel> arms = new EnumMap<>(Arm.class);
    private final ImageTokenizer tokenizer;
    private final FolderOrders folderOrders;
    private final Optional<CaptionReader> reader;
    private final Map<String, String> fingerprints;
    private final List<Arm> present;
    private final Arm usual;
    private final boolean enlarges;
    private final int batchesAtOnce;

    private ServedModel(
            ModelFolder folder,
            Device device,
            int batchSize,
            Optional<TextEncoderFiles> textEncoder,
            Consumer<String> told)
            throws IOException {
        this.folder = folder;
        this.device = device;
        this.batchSize = batchSize;
        this.told = told;
        this.present = folder.arms();
        this.usual = folder.defaultArm();
        this.fingerprints = ranksAsDrawn(folder);
        this.tokenizer = folder.tokenizer(device);
        owned.push(tokenizer);
        try {
            this.folderOrders = folder.folderOrders(device);
            owned.push(folderOrders);
            this.reader =
                    folder.drawsFromCaptions() ? Optional.of(folder.captionReader(textEncoder)) : Optional.empty();
            reader.ifPresent(owned::push);
            this.enlarges = enlarges();
            this.batchesAtOnce = ImageGenerator.batchesAtOnce(transformer(usual));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Loads a model and draws a first image with it, so that later ones are drawn at once.
     *
     * @param batchSize images drawn together where a request says nothing
     * @param textEncoder the frozen text encoder of a model that needs one
     * @param told is told what takes long, a line at a time
     * @throws IOException in one sentence, if a file is missing or damaged
     */
    public static ServedModel load(
            ModelFolder folder,
            Device device,
            int batchSize,
            Optional<TextEncoderFiles> textEncoder,
            Consumer<String> told)
            throws IOException {
        return PassingThread.call(() -> {
            ServedModel model = new ServedModel(folder, device, batchSize, textEncoder, told);
            try {
                model.warmUp();
                return model;
            } catch (IOException | RuntimeException e) {
                model.close();
                throw e;
            }
        });
    }

    /** The fingerprints of what an image by mean ranks is drawn with; the file's own is taken before it is read. */
    private static Map<String, String> ranksAsDrawn(ModelFolder folder) throws IOException {
        Drawing byRanks = Drawing.of(new DrawingOrder.RecordedMean(0));
        return GenerationParameters.of(folder, folder.defaultArm(), byRanks, 1).fingerprints();
    }

    /** Whether it can draw on larger grids than its own. */
    private boolean enlarges() throws IOException {
        DrawingModel drawing = new DrawingModel(transformer(usual), tokenizer, folderOrders);
        try {
            Enlargement.by(2).require(drawing);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void warmUp() throws IOException {
        Arm arm = usual;
        Drawing drawing = imageDrawing(arm, Map.of(), WeightFormatSetting.AUTO, batchSize);
        int[] conditions = new int[batchSize];
        try (Conditioned conditioned = conditioned(arm, List.of(), Optional.empty())) {
            Arrays.fill(conditions, conditioned.drawing().model().space().unconditional());
            var unused = new ImageGenerator(conditioned.drawing())
                    .generate(new GenerationRequest(0, conditions, 0, batchSize, drawing));
        }
    }

    /** The folder it was read from. */
    public ModelFolder folder() {
        return folder;
    }

    /** The name by which requests choose it. */
    public String name() {
        return folder.manifest().name();
    }

    /** Images drawn together where a request says nothing. */
    public int batchSize() {
        return batchSize;
    }

    /** How many batches are drawn at the same time, where so many wait. */
    int batchesAtOnce() {
        return batchesAtOnce;
    }

    /** Width and height of its images in pixels. */
    public int imageSize() {
        return tokenizer.imageSize();
    }

    /**
     * What clients are told of it.
     *
     * @param limits what they may ask for
     */
    public ModelDescription description(JobLimits limits) {
        TokenGrid grid = folder.manifest().space().grid();
        AskedDrawing.Usual images = usualOfImages(usual);
        return new ModelDescription(
                name(),
                folder.manifest().description(),
                folder.manifest().licence(),
                folder.drawsFromCaptions(),
                folder.drawsFromCaptions() ? List.of() : folder.manifest().classes(),
                new ModelDescription.Grid(grid.height(), grid.width()),
                enlarges ? limits.largerGrids(grid, imageSize()) : List.of(),
                tokenizer.imageSize(),
                tokenizer.vocabularySize(),
                folder.manifest().transformer().trainedOrders(),
                present,
                new ModelDescription.Defaults(
                        usual,
                        images.order(),
                        images.orderNoise(),
                        usualOfHoles().order(),
                        batchSize));
    }

    private AskedDrawing.Usual usualOfImages(Arm arm) {
        return AskedDrawing.Usual.ofImages(
                folder.manifest().space().cells(),
                arm,
                folder.manifest().transformer().trainedOrders());
    }

    private AskedDrawing.Usual usualOfHoles() {
        return AskedDrawing.Usual.ofHoles(
                folder.manifest().space().cells(),
                folder.manifest().transformer().trainedOrders());
    }

    /** The drawing of whole images that texts ask for, see {@link AskedDrawing}. */
    Drawing imageDrawing(Arm arm, Map<String, String> texts, WeightFormatSetting format, int batch) {
        return settled(AskedDrawing.read(texts, usualOfImages(arm), key -> key), format, batch);
    }

    /** The drawing of holes that texts ask for, see {@link AskedDrawing}. */
    Drawing holeDrawing(Map<String, String> texts, WeightFormatSetting format, int batch) {
        return settled(AskedDrawing.read(texts, usualOfHoles(), key -> key), format, batch);
    }

    /** The drawing of whole images on a larger grid that texts ask for, see {@link AskedDrawing}. */
    Drawing enlargedDrawing(Enlargement larger, Map<String, String> texts, WeightFormatSetting format, int batch) {
        int cells = larger.grid(folder.manifest().space().grid()).cells();
        AskedDrawing.Usual usualThere = AskedDrawing.Usual.enlarged(
                cells, folder.manifest().transformer().trainedOrders());
        return FormatChoice.ofImages(told, device, batch)
                .settled(AskedDrawing.read(texts, usualThere, key -> key), format, cells)
                .on(larger);
    }

    private Drawing settled(Drawing drawing, WeightFormatSetting format, int batch) {
        return FormatChoice.ofImages(told, device, batch)
                .settled(drawing, format, folder.manifest().space().cells());
    }

    /**
     * Checks that a drawing's order and grid can be had of this model.
     *
     * @throws IllegalArgumentException in one sentence, if not
     */
    void requireDrawable(Arm arm, Drawing drawing) throws IOException {
        if (drawing.enlargement().isPresent()) {
            drawing.enlargement().get().require(new DrawingModel(transformer(arm), tokenizer, folderOrders));
        }
        TokenGrid own = folder.manifest().space().grid();
        var unused = drawing.order().on(drawing.grid(own), folderOrders);
    }

    /**
     * What pictures tell of how they were drawn.
     *
     * @throws UncheckedIOException in one sentence, if a file beside the weights is another than the one that was loaded
     */
    GenerationParameters parameters(Arm arm, Drawing drawing, int batch) {
        try {
            GenerationParameters parameters = GenerationParameters.of(folder, arm, drawing, batch);
            String ranks = parameters.fingerprints().get(ModelFolder.MEAN_RANKS);
            if (ranks != null && !ranks.equals(fingerprints.get(ModelFolder.MEAN_RANKS))) {
                throw new IOException(ModelFolder.MEAN_RANKS + " of model " + name()
                        + " must be what it was when the server loaded it, but has changed; start the server anew");
            }
            return parameters;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Checks captions before they are drawn.
     *
     * @throws IllegalArgumentException if the model cannot read one
     */
    void requireCaptions(List<String> captions, Optional<String> negative) {
        CaptionReader captionReader = reader.orElseThrow();
        synchronized (captionReader) {
            captionReader.require(captions, negative);
        }
    }

    /** Whether images of several captions may share a batch and stay the same to the byte. */
    boolean mixesCaptions() {
        // LlamaGen's unconditional rows see as many positions as the longest caption of the batch has tokens.
        return !(folder.manifest().transformer() instanceof LlamaGenGptConfig);
    }

    /** A model that draws from given conditions; close it after the batch. */
    record Conditioned(DrawingModel drawing, List<AutoCloseable> views) implements AutoCloseable {
        @Override
        public void close() {
            views.forEach(ServedModel::closed);
        }
    }

    /**
     * The model for a batch.
     *
     * @param captions the conditions of a model that draws from captions; empty for classes, or for nothing in particular
     */
    Conditioned conditioned(Arm arm, List<String> captions, Optional<String> negative) throws IOException {
        AutoregressiveModel model = transformer(arm);
        if (captions.isEmpty()) {
            return new Conditioned(new DrawingModel(model, tokenizer, folderOrders), List.of());
        }
        CaptionReader captionReader = reader.orElseThrow();
        Captions read;
        synchronized (captionReader) {
            read = captionReader.read(captions, negative);
        }
        try {
            CaptionModel view = ((CaptionModel) model).withCaptions(read);
            return new Conditioned(new DrawingModel(view, tokenizer, folderOrders), List.of(view, read));
        } catch (RuntimeException e) {
            read.close();
            throw e;
        }
    }

    private AutoregressiveModel transformer(Arm arm) throws IOException {
        synchronized (arms) {
            AutoregressiveModel ready = arms.get(arm);
            if (ready == null) {
                ready = PassingThread.call(() -> loaded(arm));
                arms.put(arm, ready);
            }
            return ready;
        }
    }

    private AutoregressiveModel loaded(Arm arm) throws IOException {
        AutoregressiveModel loaded = folder.transformer(arm, device);
        owned.push(loaded);
        AutoregressiveModel ready = loaded.prepared();
        owned.push(ready);
        return ready;
    }

    /** The arm asked for, or the usual one. */
    Arm arm(Optional<Arm> asked) {
        Arm arm = asked.orElse(usual);
        Require.that(
                present.contains(arm),
                "arm must be one of %s, which model %s has, but is %s; choose one of them",
                String.join(", ", present.stream().map(Arm::label).toList()),
                name(),
                arm.label());
        return arm;
    }

    /** Frees all memory. */
    @Override
    public void close() {
        while (!owned.isEmpty()) {
            closed(owned.pop());
        }
    }

    private static void closed(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException("memory that was made here can be freed", e);
        }
    }
}
