package dev.oar.tokenizer;

import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * A convolutional vector-quantised autoencoder: an encoder, a codebook, a decoder.
 *
 * <p>The network is LlamaGen's (Sun et al., "Autoregressive model beats diffusion", arXiv 2406.06525), which follows VQGAN
 * (Esser et al., "Taming transformers for high-resolution image synthesis", 2021), and its weights bear the public state-dict
 * names, so that {@code vq_ds16_c2i} and its relatives load unchanged. All methods that return tensors expect an open
 * {@link TensorScope}.
 */
public final class VqTokenizer implements ImageTokenizer {
    /** A statistics buffer of public checkpoints that nothing here needs. */
    private static final String UNUSED = "quantize.codebook_used";

    private static final String CODEBOOK = "quantize.embedding.weight";

    private final VqTokenizerConfig config;
    private final Weights weights;

    /**
     * A tokenizer of these weights, which belong to it from now on. A {@code quantize.codebook_used} among them is dropped.
     *
     * @throws IllegalArgumentException if names or shapes are not those of the configuration; the weights then stay the caller's
     */
    public VqTokenizer(VqTokenizerConfig config, Weights weights) {
        Map<String, long[]> expected = shapes(config);
        boolean surplus = weights.has(UNUSED);
        if (surplus) {
            expected.put(UNUSED, weights.get(UNUSED).shape());
        }
        weights.requireShapes("the tokenizer", expected);
        this.config = config;
        this.weights = surplus ? weights.without(Set.of(UNUSED)) : weights;
    }

    /** A tokenizer with PyTorch's default initialisation, a function of the configuration and the seed. */
    public static VqTokenizer initialise(VqTokenizerConfig config, long seed) {
        return new VqTokenizer(config, VqInitialisation.weights(shapes(config), config.normalisedCodes(), seed));
    }

    /** The names and shapes of all weights, in a fixed order. */
    public static Map<String, long[]> shapes(VqTokenizerConfig config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        VqEncoder.shapes(shapes, config);
        VqDecoder.shapes(shapes, config);
        shapes.put(CODEBOOK, new long[] {config.codebookSize(), config.codebookWidth()});
        Layers.convolutionShapes(shapes, "quant_conv", config.zChannels(), config.codebookWidth(), 1);
        Layers.convolutionShapes(shapes, "post_quant_conv", config.codebookWidth(), config.zChannels(), 1);
        return shapes;
    }

    /** The sizes. */
    public VqTokenizerConfig config() {
        return config;
    }

    /** The parameters, by public state-dict names. */
    public Weights weights() {
        return weights;
    }

    @Override
    public TokenGrid grid() {
        return config.grid();
    }

    @Override
    public int vocabularySize() {
        return config.codebookSize();
    }

    @Override
    public int imageSize() {
        return config.imageSize();
    }

    @Override
    public Tensor encode(Tensor images) {
        requireImages(images);
        return TensorScope.tensor(() -> Tensors.withoutGradient(() -> {
            Codebook codebook = codebook();
            Tensor here = weights.device().moved(images);
            Tensor nearest = codebook.nearest(codebook.prepared(TokenizerShapes.cellRows(latents(here))));
            return nearest.view(images.size(0), grid().cells());
        }));
    }

    @Override
    public Tensor decode(Tensor tokens) {
        TokenizerShapes.requireTokens(tokens, grid());
        return TensorScope.tensor(() -> Tensors.withoutGradient(
                () -> decodeVectors(quantised(weights.device().moved(tokens)))));
    }

    /** Images after encoding and decoding, {@code [batch, 3, imageSize, imageSize]}, not clamped. */
    public Tensor reconstruct(Tensor images) {
        return TensorScope.tensor(() -> decode(encode(images)));
    }

    /** The codebook as it is now. */
    Codebook codebook() {
        return new Codebook(weights.get(CODEBOOK), config.normalisedCodes());
    }

    /** The weight of the last convolution, which every gradient of the images passes. */
    Tensor lastLayer() {
        return weights.get(VqDecoder.LAST_LAYER + ".weight");
    }

    /** The encoder's output before the codebook projection, {@code [batch, zChannels, gridHeight, gridWidth]}; differentiable. */
    public Tensor encoderOutput(Tensor images) {
        return VqEncoder.forward(config, weights, images);
    }

    /** Latents before quantisation and normalisation, {@code [batch, codebookWidth, gridHeight, gridWidth]}; differentiable. */
    public Tensor latents(Tensor images) {
        return Layers.convolution1(weights, "quant_conv", encoderOutput(images));
    }

    /**
     * The vectors that tokens stand for, of length 1 if codes are normalised; differentiable.
     *
     * @param tokens {@code [batch, cells]}, int64 in [0, K), raster order
     * @return {@code [batch, codebookWidth, gridHeight, gridWidth]}
     */
    public Tensor quantised(Tensor tokens) {
        return toImage(codebook().lookUp(tokens));
    }

    /**
     * The images of quantised latents; differentiable.
     *
     * @param quantised {@code [batch, codebookWidth, gridHeight, gridWidth]}
     * @return {@code [batch, 3, imageSize, imageSize]}, not clamped
     */
    public Tensor decodeVectors(Tensor quantised) {
        return VqDecoder.forward(config, weights, Layers.convolution1(weights, "post_quant_conv", quantised));
    }

    /** {@code [..., width]} over all cells in raster order to {@code [batch, width, gridHeight, gridWidth]}. */
    Tensor toImage(Tensor rows) {
        return TokenizerShapes.gridImage(rows, grid());
    }

    /** Checks a batch of images against {@link #encode}'s promise. */
    void requireImages(Tensor images) {
        TokenizerShapes.requireImages(images, imageSize());
    }

    @Override
    public VqTokenizer enlarged(int factor) {
        return new VqTokenizer(config.withImageSize(Math.multiplyExact(factor, imageSize())), weights.sharing());
    }

    @Override
    public void close() {
        weights.close();
    }
}
