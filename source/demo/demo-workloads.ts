/** Where k3s takes manifests from. */
export const manifestPath = '/var/lib/rancher/k3s/server/manifests/shop.yaml';

/** A small shop for a cluster of the demonstration: some of it works, one part of it keeps failing. */
export const shopManifest = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: 'ghcr.io/example/shop-web:2.4.1', ports: [{containerPort: 8080}]}
      - {name: metrics, image: 'ghcr.io/example/exporter:1.0.2', ports: [{containerPort: 9113}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      nodeSelector: {kubernetes.io/hostname: k3d-dev-agent-0}
      containers:
      - {name: cart, image: 'ghcr.io/example/shop-cart:1.9.0', ports: [{containerPort: 9090}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mailer, namespace: shop, labels: {app: mailer}}
spec:
  replicas: 1
  selector: {matchLabels: {app: mailer}}
  template:
    metadata: {labels: {app: mailer}}
    spec:
      nodeSelector: {kubernetes.io/hostname: k3d-dev-agent-1}
      containers:
      - {name: mailer, image: 'ghcr.io/example/shop-mailer:0.9.3', command: [sh, -c, 'mailer --smtp smtp.shop.svc || exit 3']}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  type: NodePort
  selector: {app: cart}
  ports: [{name: grpc, port: 9090, nodePort: 30090}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: traefik
  rules:
  - host: shop.localhost
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
`;
