/* One segment of a beat by a Rosenbrock method, with exact discrete tangents in many directions at once.
 *
 * Autonomous system x' = f(x, v). Stage equations in the form without Jacobian products:
 *     (I/(h g) - J) K_i = f(Y_i) + sum_j C_ij/h K_j,     Y_i = x + sum_j A_ij K_j,     x+ = x + sum_j M_j K_j
 * The tangent differentiates exactly these equations at fixed relative step h/T:
 *     (I/(h g) - J) dK_i = J(Y_i) dY_i + Fv(Y_i) dv + sum_j C_ij/h dK_j
 *                          + (D_K J) dx + (D_K Fv) dv + (dT/T) (K_i/(h g) - sum_j C_ij/h K_j)
 * where D_K is the directional derivative along K_i (a difference of two evaluations, shared by all directions;
 * the second derivative of f is symmetric, so (D_K J) dx = d(J K)/dx dx).
 *
 * Sparse LU without pivoting on a fixed pattern: the elimination is a list of index targets made once per graph.
 * Nothing is allocated per step.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef long long int ll;
typedef int (*fcn)(const double **arg, double **res, ll *iw, double *w, int mem);

typedef struct {
  fcn f, jac, fv;          /* right-hand side; nonzeros of J = df/dx; nonzeros of Fv = df/dv (may be NULL) */
  ll n, nv, s;             /* states, symbols in v, stages */
  ll nnz_j, nnz_v, nnz_lu;
  const ll *jcol, *jrow;   /* compressed columns of J */
  const ll *vcol, *vrow;   /* compressed columns of Fv */
  const ll *perm;          /* elimination order */
  const ll *jpos;          /* where each nonzero of J goes in lu */
  const ll *dpos;          /* position of each diagonal */
  const ll *lptr, *lpos, *lrow; /* column k of L: positions and (permuted) rows */
  const ll *uptr, *upos, *ucol; /* row k of U */
  const ll *target;        /* lu position of each elimination update */
  const double *A, *C, *M, *E; /* tableau */
  const ll *newf;
  double gamma, order;
  const double *scale;     /* size of each state, 0: not under error control */
  ll sz_arg, sz_res, sz_iw, sz_w;
} problem;

/* stats: 0 steps, 1 rejected, 2 f, 3 J, 4 LU, 5 failing state, 6 last h (as given back), 7 reached t */
static int factor(const problem *p, const double *jac, double hg, double *lu) {
  memset(lu, 0, sizeof(double) * p->nnz_lu);
  for (ll i = 0; i < p->nnz_j; ++i) lu[p->jpos[i]] = -jac[i];
  for (ll k = 0; k < p->n; ++k) lu[p->dpos[k]] += hg;
  const ll *t = p->target;
  for (ll k = 0; k < p->n; ++k) {
    double d = lu[p->dpos[k]];
    if (!(fabs(d) > 1e-300)) return (int)k + 1;
    d = 1.0 / d;
    lu[p->dpos[k]] = d;
    ll u0 = p->uptr[k], u1 = p->uptr[k + 1];
    for (ll a = p->lptr[k]; a < p->lptr[k + 1]; ++a) {
      double l = (lu[p->lpos[a]] *= d);
      for (ll u = u0; u < u1; ++u) lu[*t++] -= l * lu[p->upos[u]];
    }
  }
  return 0;
}

/* Solve in place for one right-hand side; y is scratch. */
static void solve1(const problem *p, const double *lu, double *b, double *y) {
  const ll n = p->n;
  for (ll k = 0; k < n; ++k) y[k] = b[p->perm[k]];
  for (ll k = 0; k < n; ++k) {
    double v = y[k];
    for (ll a = p->lptr[k]; a < p->lptr[k + 1]; ++a) y[p->lrow[a]] -= lu[p->lpos[a]] * v;
  }
  for (ll k = n - 1; k >= 0; --k) {
    double v = y[k];
    for (ll u = p->uptr[k]; u < p->uptr[k + 1]; ++u) v -= lu[p->upos[u]] * y[p->ucol[u]];
    y[k] = v * lu[p->dpos[k]];
  }
  for (ll k = 0; k < n; ++k) b[p->perm[k]] = y[k];
}

static inline void axpy(ll m, double a, const double *restrict x, double *restrict y) {
  for (ll i = 0; i < m; ++i) y[i] += a * x[i];
}

/* The same for m right-hand sides stored row by row. */
static void solve_many(const problem *p, const double *lu, ll m, double *b, double *y) {
  const ll n = p->n;
  for (ll k = 0; k < n; ++k) memcpy(y + k * m, b + p->perm[k] * m, sizeof(double) * m);
  for (ll k = 0; k < n; ++k)
    for (ll a = p->lptr[k]; a < p->lptr[k + 1]; ++a) axpy(m, -lu[p->lpos[a]], y + k * m, y + p->lrow[a] * m);
  for (ll k = n - 1; k >= 0; --k) {
    double *yk = y + k * m;
    for (ll u = p->uptr[k]; u < p->uptr[k + 1]; ++u) axpy(m, -lu[p->upos[u]], y + p->ucol[u] * m, yk);
    double d = lu[p->dpos[k]];
    for (ll i = 0; i < m; ++i) yk[i] *= d;
  }
  for (ll k = 0; k < n; ++k) memcpy(b + p->perm[k] * m, y + k * m, sizeof(double) * m);
}

static void spmm(ll ncol, const ll *col, const ll *row, const double *nz, const double *X, const char *live, ll m,
                 double *Y) {
  for (ll j = 0; j < ncol; ++j) {
    if (live && !live[j]) continue;
    const double *x = X + j * m;
    for (ll k = col[j]; k < col[j + 1]; ++k)
      if (nz[k] != 0.0) axpy(m, nz[k], x, Y + row[k] * m);
  }
}

/* fun(x, v) at k samples: X[k*n], the row piece[i] of V[*, nv] is in force at sample i; Y[k*ny]. Returns 1 on failure. */
int hl_samples(fcn fun, ll sz_arg, ll sz_res, ll sz_iw, ll sz_w, ll k, ll n, ll nv, ll ny, const double *X,
               const double *V, const ll *piece, double *Y) {
  const double **arg = malloc(sizeof(double *) * (sz_arg + 2));
  double **res = malloc(sizeof(double *) * (sz_res + 1));
  ll *iw = malloc(sizeof(ll) * (sz_iw + 1));
  double *w = malloc(sizeof(double) * (sz_w + 1));
  int failed = !arg || !res || !iw || !w;
  for (ll i = 0; i < k && !failed; ++i) {
    arg[0] = X + i * n;
    arg[1] = V + piece[i] * nv;
    res[0] = Y + i * ny;
    failed = fun(arg, res, iw, w, 0);
  }
  free((void *)arg); free(res); free(iw); free(w);
  return failed;
}

/* Gauss-Jordan with row pivots: B[n*n] becomes the inverse of A[n*n], which is overwritten. Returns 1 if singular. */
int hl_invert(ll n, double *A, double *B) {
  memset(B, 0, sizeof(double) * n * n);
  for (ll i = 0; i < n; ++i) B[i * n + i] = 1.0;
  for (ll k = 0; k < n; ++k) {
    ll best = k;
    for (ll i = k + 1; i < n; ++i) if (fabs(A[i * n + k]) > fabs(A[best * n + k])) best = i;
    if (!(fabs(A[best * n + k]) > 1e-300)) return 1;
    if (best != k)
      for (ll j = 0; j < n; ++j) {
        double a = A[k * n + j], b = B[k * n + j];
        A[k * n + j] = A[best * n + j]; A[best * n + j] = a;
        B[k * n + j] = B[best * n + j]; B[best * n + j] = b;
      }
    double d = 1.0 / A[k * n + k];
    for (ll j = 0; j < n; ++j) { A[k * n + j] *= d; B[k * n + j] *= d; }
    for (ll i = 0; i < n; ++i) {
      double a = A[i * n + k];
      if (i == k || a == 0.0) continue;
      axpy(n, -a, A + k * n, A + i * n);
      axpy(n, -a, B + k * n, B + i * n);
    }
  }
  return 0;
}

static ll finite_state(ll n, const double *x) {
  for (ll i = 0; i < n; ++i)
    if (!isfinite(x[i])) return i + 1;
  return 0;
}

/* Integrate from 0 to T. x[n] and S[n*m] are replaced by their end values. Samples at grid[ng] (ascending, in [0, T])
 * go to gx[ng*n] and, if gs is given, gs[ng*n*m]. If steps_t is given it receives the accepted step ends (max_steps);
 * if fixed_n > 0, fixed_t[fixed_n] prescribes them (no error control). Returns 0, or 1 too many steps,
 * 2 step too small, 3 not finite. */
int hl_segment(const problem *p, double *x, const double *v, double T, double *h_io, double rtol, double h_max, ll max_steps,
               ll m, double *S, const double *dv, const double *dT, ll ng, const double *grid, double *gx, double *gs,
               double *steps_t, ll fixed_n, const double *fixed_t, double *stats) {
  const ll n = p->n, s = p->s;
  const int tangents = m > 0;
  ll size = n * (s + 6) + p->nnz_j * 2 + p->nnz_lu + p->sz_w + 16;
  ll tsize = tangents ? (n * m * (s + 4) + p->nnz_j * 2 + p->nnz_v * 2 + n * 2) : 0;
  double *mem = malloc(sizeof(double) * (size + tsize));
  ll *iw = malloc(sizeof(ll) * (p->sz_iw + 1));
  const double **arg = calloc(p->sz_arg + 4, sizeof(double *));
  double **res = calloc(p->sz_res + 2, sizeof(double *));
  char *live = tangents ? malloc(p->nv) : NULL;
  double *q = mem;
#define TAKE(k) (q += (k), q - (k))
  double *K = TAKE(n * s), *Y = TAKE(n), *f0 = TAKE(n), *fi = TAKE(n), *err = TAKE(n), *tmp = TAKE(n), *xp = TAKE(n);
  double *jac = TAKE(p->nnz_j), *jac2 = TAKE(p->nnz_j), *lu = TAKE(p->nnz_lu), *w = TAKE(p->sz_w + 16);
  double *dK = 0, *R = 0, *dY = 0, *sy = 0, *dS0 = 0, *jst = 0, *jdir = 0, *fvs = 0, *fvd = 0, *xe = 0;
  if (tangents) {
    dK = TAKE(n * m * s); R = TAKE(n * m); dY = TAKE(n * m); sy = TAKE(n * m); dS0 = TAKE(n * m);
    jst = TAKE(p->nnz_j); jdir = TAKE(p->nnz_j); fvs = TAKE(p->nnz_v); fvd = TAKE(p->nnz_v); xe = TAKE(n);
    for (ll j = 0; j < p->nv; ++j) {
      live[j] = 0;
      for (ll i = 0; i < m; ++i) if (dv[j * m + i] != 0.0) { live[j] = 1; break; }
    }
  }
#define CALL(fun, X, OUT) (arg[0] = (X), arg[1] = v, res[0] = (OUT), (fun)(arg, res, iw, w, 0))
  double t = 0, h = *h_io, err_old = 1e-4;
  ll ig = 0, nstep = 0;
  int rc = 0, have_jac = 0, last_rejected = 0;
  double xprev_t = 0;
  int pending = 0; /* a finished step waits for f at its end to be sampled */
  double *xs = malloc(sizeof(double) * n * 2), *xfs = xs + n; /* start of the finished step and f there */
  double *Ss = gs ? malloc(sizeof(double) * n * m * 3) : NULL; /* S and S' at its start, S' at its end */
  while (ig < ng && grid[ig] <= 0.0) {
    memcpy(gx + ig * n, x, sizeof(double) * n);
    if (gs) memcpy(gs + ig * n * m, S, sizeof(double) * n * m);
    ++ig;
  }
  if (!(h > 0)) h = 1e-4;
  for (;;) {
    /* f and J at x: needed for the next step and for sampling the last one */
    CALL(p->f, x, f0);
    stats[2]++;
    stats[7] = t;
    ll bad = finite_state(n, f0);
    if (bad) { stats[5] = (double)(bad - 1); rc = 3; break; }
    if (gs) { CALL(p->jac, x, jac); have_jac = 1; stats[3]++;
      memset(dS0, 0, sizeof(double) * n * m);
      spmm(n, p->jcol, p->jrow, jac, S, NULL, m, dS0);
      CALL(p->fv, x, fvs);
      spmm(p->nv, p->vcol, p->vrow, fvs, dv, live, m, dS0);
      for (ll i = 0; i < n; ++i) for (ll k = 0; k < m; ++k) dS0[i * m + k] += dT[k] / T * f0[i];
    }
    if (pending) {
      double hh = t - xprev_t;
      while (ig < ng && grid[ig] <= t + 1e-14 * T) {
        double th = (grid[ig] - xprev_t) / hh, a = th * th * (3 - 2 * th), b = th * (1 - th) * (1 - th) * hh,
               c = -th * th * (1 - th) * hh;
        for (ll i = 0; i < n; ++i) gx[ig * n + i] = xs[i] + a * (x[i] - xs[i]) + b * xfs[i] + c * f0[i];
        if (gs)
          for (ll i = 0; i < n * m; ++i)
            gs[ig * n * m + i] = Ss[i] + a * (S[i] - Ss[i]) + b * Ss[n * m + i] + c * dS0[i];
        ++ig;
      }
    }
    if (t >= T * (1 - 1e-14)) break;
    if (nstep >= max_steps) { rc = 1; break; }
    if (!have_jac) { CALL(p->jac, x, jac); stats[3]++; }
    have_jac = 0;
    memcpy(xs, x, sizeof(double) * n); memcpy(xfs, f0, sizeof(double) * n);
    if (gs) { memcpy(Ss, S, sizeof(double) * n * m); memcpy(Ss + n * m, dS0, sizeof(double) * n * m); }
    for (;;) { /* try until accepted */
      double h_want = h;
      if (fixed_n > 0) h = fixed_t[nstep] - t;
      else {
        if (h > h_max) { h = h_max; h_want = h; }
        if (t + 1.0001 * h >= T) h = T - t; else if (t + 2 * h > T) h = 0.5 * (T - t);
      }
      int bad_lu = factor(p, jac, 1.0 / (h * p->gamma), lu); stats[4]++;
      double e = 0; ll worst = 0;
      if (bad_lu) { e = 1e30; worst = p->perm[bad_lu - 1]; }
      else {
        const double *flast = f0;
        for (ll i = 0; i < s; ++i) {
          double *Ki = K + i * n;
          if (i == 0) memcpy(Ki, f0, sizeof(double) * n);
          else {
            if (p->newf[i]) {
              memcpy(Y, x, sizeof(double) * n);
              for (ll j = 0; j < i; ++j) { double a = p->A[i * s + j]; if (a != 0.0) axpy(n, a, K + j * n, Y); }
              CALL(p->f, Y, fi); stats[2]++;
              flast = fi;
            }
            memcpy(Ki, flast, sizeof(double) * n);
            for (ll j = 0; j < i; ++j) { double c = p->C[i * s + j] / h; if (c != 0.0) axpy(n, c, K + j * n, Ki); }
          }
          solve1(p, lu, Ki, tmp);
        }
        memcpy(xp, x, sizeof(double) * n); memset(err, 0, sizeof(double) * n);
        for (ll j = 0; j < s; ++j) {
          axpy(n, p->M[j], K + j * n, xp);
          if (p->E[j] != 0.0) axpy(n, p->E[j], K + j * n, err);
        }
        double sum = 0, big = 0; ll cnt = 0;
        for (ll i = 0; i < n; ++i) {
          if (p->scale[i] <= 0) continue;
          double a = fabs(x[i]), b = fabs(xp[i]);
          double sc = rtol * (p->scale[i] > (a > b ? a : b) ? p->scale[i] : (a > b ? a : b));
          double r = err[i] / sc;
          if (fabs(r) > big || !isfinite(r)) { big = fabs(r); worst = i; }
          sum += r * r; ++cnt;
        }
        e = sqrt(sum / (cnt ? cnt : 1));
        if (!isfinite(e)) e = 1e30;
      }
      if (fixed_n > 0) { if (e >= 1e30) { stats[5] = (double)worst; rc = 3; goto done; } break; }
      double fac = 0.9 * pow(e > 1e-12 ? e : 1e-12, -0.7 / p->order) * pow(err_old, 0.3 / p->order);
      if (e <= 1.0) {
        if (fac > 5) fac = 5;
        if (fac < 0.2) fac = 0.2;
        if (last_rejected && fac > 1) fac = 1;
        err_old = e > 1e-4 ? e : 1e-4; last_rejected = 0;
        h_want = (h < h_want * 0.999) ? (fac * h > h_want ? fac * h : h_want) : fac * h;
        *h_io = h_want;
        break;
      }
      stats[1]++; last_rejected = 1;
      fac = 0.9 * pow(e, -1.0 / p->order);
      if (fac < 0.1) fac = 0.1;
      h *= fac;
      if (h < 1e-13) { stats[5] = (double)worst; rc = e >= 1e30 ? 3 : 2; goto done; }
    }
    if (tangents) {
      double sk = 0;
      for (ll i = 0; i < s; ++i) {
        double *Ki = K + i * n, *dKi = dK + i * n * m;
        memset(R, 0, sizeof(double) * n * m);
        memcpy(Y, x, sizeof(double) * n); memcpy(dY, S, sizeof(double) * n * m);
        ll base = i; /* stage whose Y this one evaluates f at */
        while (base > 0 && !p->newf[base]) --base;
        for (ll j = 0; j < base; ++j) {
          double a = p->A[base * s + j];
          if (a != 0.0) { axpy(n, a, K + j * n, Y); axpy(n * m, a, dK + j * n * m, dY); }
        }
        const double *js = jac;
        if (base > 0) { CALL(p->jac, Y, jst); stats[3]++; js = jst; }
        CALL(p->fv, Y, fvs);
        spmm(n, p->jcol, p->jrow, js, dY, NULL, m, R);
        spmm(p->nv, p->vcol, p->vrow, fvs, dv, live, m, R);
        for (ll j = 0; j < i; ++j) { double c = p->C[i * s + j] / h; if (c != 0.0) axpy(n * m, c, dK + j * n * m, R); }
        /* directional derivative of J and Fv along K_i */
        sk = 0;
        for (ll k = 0; k < n; ++k) {
          double sc = p->scale[k] > 0 ? p->scale[k] : 1.0, r = fabs(Ki[k]) / (sc > fabs(x[k]) ? sc : fabs(x[k]));
          if (p->scale[k] > 0 && r > sk) sk = r;
        }
        if (sk > 0) {
          double eps = 1e-5 / sk; if (eps > 1e3) eps = 1e3;
          for (ll k = 0; k < n; ++k) xe[k] = x[k] + eps * Ki[k];
          CALL(p->jac, xe, jdir); CALL(p->fv, xe, fvd);
          for (ll k = 0; k < n; ++k) xe[k] = x[k] - eps * Ki[k];
          CALL(p->jac, xe, jac2); CALL(p->fv, xe, fvs); stats[3] += 2;
          double r = 0.5 / eps;
          for (ll k = 0; k < p->nnz_j; ++k) jdir[k] = (jdir[k] - jac2[k]) * r;
          for (ll k = 0; k < p->nnz_v; ++k) fvd[k] = (fvd[k] - fvs[k]) * r;
          spmm(n, p->jcol, p->jrow, jdir, S, NULL, m, R);
          spmm(p->nv, p->vcol, p->vrow, fvd, dv, live, m, R);
        }
        for (ll k = 0; k < n; ++k) {
          double z = Ki[k] / (h * p->gamma);
          for (ll j = 0; j < i; ++j) z -= p->C[i * s + j] / h * K[j * n + k];
          if (z != 0.0) for (ll d = 0; d < m; ++d) R[k * m + d] += dT[d] / T * z;
        }
        memcpy(dKi, R, sizeof(double) * n * m);
        solve_many(p, lu, m, dKi, sy);
      }
      for (ll j = 0; j < s; ++j) axpy(n * m, p->M[j], dK + j * n * m, S);
    }
    memcpy(x, xp, sizeof(double) * n);
    xprev_t = t;
    if (fixed_n > 0) t = fixed_t[nstep]; else t += h;
    if (t > T * (1 - 1e-12)) t = T;
    if (steps_t) steps_t[nstep] = t;
    ++nstep; stats[0]++;
    pending = 1;
    h = *h_io;
    if (fixed_n > 0 && nstep >= fixed_n) t = T;
  }
done:
  stats[7] = t;
  free(mem); free(iw); free((void *)arg); free(res); free(live); free(xs); free(Ss);
  return rc;
}
